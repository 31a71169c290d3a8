import { expect, it } from "vitest";
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
