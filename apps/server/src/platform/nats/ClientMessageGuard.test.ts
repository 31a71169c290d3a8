import { expect, test } from "vitest";
import { ClientMessageGuard } from "./ClientMessageGuard.ts";

/** Everything that it says to these chunks, with as many lines at a time as it likes. */
const read = (...chunks: string[]) => {
  const guard = new ClientMessageGuard(10);
  return chunks.map((chunk) => guard.read(Buffer.from(chunk), 1_000));
};
const forbids = (...chunks: string[]) => read(...chunks).find((each) => typeof each === "string");

test("lets a client's ordinary traffic pass, however it is cut", () => {
  const traffic = 'CONNECT {"a":1}\r\nPING\r\nSUB a 1\r\nPUB a 10\r\n0123456789\r\nPUB a r 4\r\nPUB \r\nPONG\r\n';
  expect(read(traffic)).toEqual([{ bytes: traffic.length, lines: 6 }]);
  expect(forbids(...traffic.split(""))).toBeUndefined();
});

test("stops after so many lines, with what belongs to them", () => {
  const guard = new ClientMessageGuard(10);
  const traffic = Buffer.from("PING\r\nPUB a 4\r\nPING\r\nPUB a 4\r\nPI");
  expect(guard.read(traffic, 2)).toEqual({ bytes: 21, lines: 2 });
  expect(guard.read(traffic.subarray(21), 2)).toEqual({ bytes: 11, lines: 1 });
  expect(guard.read(Buffer.from("NG\r\nPING\r\n"), 1)).toEqual({ bytes: 10, lines: 1 });
  expect(guard.read(Buffer.from("PING\r\n"), 1)).toEqual({ bytes: 6, lines: 1 });
});

test.each([
  ["PUB a 11\r\n", "too big"],
  ["pub a b 11\r\n", "too big"],
  ["PUB\ta\t11\n", "too big"],
  ["PUB a 99999999999\r\n", "too big"],
  ["PUB a -1\r\n", "too big"],
  ["PUB a x\r\n", "too big"],
  ["HPUB a 4 6\r\n", "headers"],
  ["hpub a r 4 6\r\n", "headers"],
])("stops %j", (line, why) => {
  expect(forbids(line)).toBe(why);
  expect(forbids(...line.split(""))).toBe(why);
  expect(forbids(`PUB a 3\r\nabc\r\n${line}`)).toBe(why);
});

test("stops a line without an end", () => {
  expect(forbids("x".repeat(10_000))).toBe("too big");
  expect(forbids(...Array.from({ length: 100 }, () => "x".repeat(100)))).toBe("too big");
});
