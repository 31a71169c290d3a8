import { expect, it } from "vitest";
import { mergeConfig } from "./StackConfig.ts";

it("merges sections and replaces everything else", () => {
  const defaults = { server: { port: 0, frameAncestors: ["http://a"] }, log: { level: "info" } };
  expect(mergeConfig(defaults, { server: { port: 8080, frameAncestors: [] }, nats: { url: "nats://x" } })).toEqual({
    server: { port: 8080, frameAncestors: [] },
    log: { level: "info" },
    nats: { url: "nats://x" },
  });
});
