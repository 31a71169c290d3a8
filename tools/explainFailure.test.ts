import { expect, it } from "vitest";
import { explainFailure } from "./explainFailure.mjs";

it.each([
  ["npm error code ENOTFOUND\nnpm error network request to https://registry.npmjs.org/zod failed", "network"],
  ["dial tcp: lookup proxy.golang.org: no such host", "network"],
  ["npm error code ENOSPC", "disk is full"],
  ["compile: writing output: write $WORK/b001/_pkg_.a: no space left on device", "disk is full"],
  ["npm error code EACCES\nnpm error syscall mkdir", "cannot be written"],
  ["requires go >= 1.26.0 (running go 1.22.0; GOTOOLCHAIN=local)", "Go is too old"],
  ["npm error code EUSAGE\nnpm error `npm ci` can only install packages when", "npm install"],
])("names the cause of: %s", (tail, cause) => {
  expect(explainFailure("npm ci", tail).message).toContain(cause);
});

it("shows what the program said when the cause is not a known one", () => {
  expect(explainFailure("vite build", "first\nsomething odd").message).toBe(
    "`vite build` failed.\n\n    first\n    something odd",
  );
});
