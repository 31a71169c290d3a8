import { DrizzleQueryError } from "drizzle-orm";
import { expect, it } from "vitest";
import { z } from "zod";
import { createLog } from "./createLog.ts";

function logged(fields: object, level = "info"): string {
  const lines: string[] = [];
  createLog(level, { write: (line: string) => void lines.push(line) }).info(fields, "text");
  return lines.join("");
}

it("redacts secrets at every depth in use", () => {
  const line = logged({
    token: "canary",
    request: { headers: { authorization: "canary" }, query: "canary" },
    answer: { nats: { secret: "canary", inboxPrefix: "canary" }, name: "canary" },
    sessionId: "kept",
  });
  expect(line).not.toContain("canary");
  expect(line).toContain("kept");
});

it("writes of an error what helps and not what libraries attach to it", () => {
  const cause = Object.assign(new TypeError("because"), { code: "ECONNREFUSED", request: { body: "canary" } });
  const line = logged({ err: new Error("it failed", { cause }) });
  expect(line).toContain("it failed");
  expect(line).toContain("because");
  expect(line).toContain("ECONNREFUSED");
  expect(line).not.toContain("canary");
  expect(logged({ err: "canary" })).not.toContain("canary");
});

const failing = (work: () => unknown): Error => {
  try {
    work();
  } catch (error) {
    return error as Error;
  }
  throw new Error("it did not fail");
};

it.each<[string, Error]>([
  ["what is no JSON", failing(() => JSON.parse("canary"))],
  ["a body with fields that nobody knows", failing(() => z.strictObject({ a: z.int() }).parse({ a: "b", canary: 1 }))],
  ["a row", new DrizzleQueryError("insert into past_sessions values ($1, $2)", ["1", "canary\nparams: canary"])],
  ["a value in Postgres's words", new Error('invalid input syntax for type integer: "canary"')],
  ["an address with a password", new Error("cannot reach postgres://sotto:canary@127.0.0.1/records")],
  ["a token", new Error(`jwt eyJhbGciOiJIUzI1NiJ9.${Buffer.from("canary").toString("base64url")}.c2ln is not valid`)],
])("an error that quotes %s is written without it, also as a cause, and with where it came from", (_, error) => {
  for (const err of [error, new Error("it failed", { cause: error })]) {
    const line = logged({ err });
    expect(line).not.toContain("canary");
    expect(line).not.toContain(Buffer.from("canary").toString("base64url"));
    expect(line).toContain("createLog.test.ts");
  }
});

it("is one line, whatever is in it", () => {
  const line = logged({ sessionId: 'x\n{"level":"error"}\u001B[2J' }).trimEnd();
  expect([line.includes("\n"), line.includes("\u001B")]).toEqual([false, false]);
});
