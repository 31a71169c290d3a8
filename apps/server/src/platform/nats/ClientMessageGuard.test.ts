import { expect, test } from "vitest";
import { ClientMessageGuard } from "./ClientMessageGuard.ts";

const accepts = (...chunks: string[]) => {
  const guard = new ClientMessageGuard(10);
  return chunks.map((chunk) => guard.accepts(Buffer.from(chunk))).every(Boolean);
};

test("lets a client's ordinary traffic pass, however it is cut", () => {
  const traffic =
    'CONNECT {"a":1}\r\nPING\r\nSUB a 1\r\nPUB a 10\r\n0123456789\r\nHPUB a r 4 9\r\nPUB a 99\r\nPONG\r\n';
  expect(accepts(traffic)).toBe(true);
  expect(accepts(...traffic.split(""))).toBe(true);
});

test.each([
  "PUB a 11\r\n",
  "pub a b 11\r\n",
  "PUB\ta\t11\n",
  "HPUB a 4 11\r\n",
  "PUB a 99999999999\r\n",
  "PUB a -1\r\n",
  "PUB a x\r\n",
])("stops %j", (line) => {
  expect(accepts(line)).toBe(false);
  expect(accepts(...line.split(""))).toBe(false);
  expect(accepts(`PUB a 3\r\nabc\r\n${line}`)).toBe(false);
});

test("stops a line without an end", () => {
  expect(accepts("x".repeat(10_000))).toBe(false);
  expect(accepts(...Array.from({ length: 100 }, () => "x".repeat(100)))).toBe(false);
});
