import { expect, it } from "vitest";
import { formatBytes } from "./formatBytes.ts";

it.each([
  [0, "0 byte"],
  [999, "999 byte"],
  [1024, "1 kB"],
  [1_500, "1.5 kB"],
  [50 * 1024 * 1024, "50 MB"],
  [3.21 * 1024 * 1024, "3.2 MB"],
  [500 * 1024 * 1024, "500 MB"],
])("%i bytes are %s", (bytes, text) => {
  expect(formatBytes(bytes, "en")).toBe(text);
});
