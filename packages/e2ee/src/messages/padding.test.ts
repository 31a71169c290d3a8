import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { pad, unpad } from "./padding.ts";

describe("padding", () => {
  test("comes off again, and fills whole buckets", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 3000 }), fc.constantFrom(256, 1024), (body, bucket) => {
        const padded = pad(body, bucket);
        expect(padded.length % bucket).toBe(0);
        expect(padded.length - body.length).toBeGreaterThan(0);
        expect(padded.length - body.length).toBeLessThanOrEqual(bucket);
        expect([...unpad(padded, bucket)]).toEqual([...body]);
      }),
    );
  });

  test.each([
    ["nothing", new Uint8Array(0)],
    ["zeros only", new Uint8Array(256)],
    ["another marker", new Uint8Array(256).with(10, 0x81)],
    ["a part of a bucket", pad(new Uint8Array(3), 256).slice(0, 255)],
    ["a bucket too many", pad(new Uint8Array(3), 512)],
  ])("%s is refused", (_what, padded) => {
    expect(() => unpad(padded, 256)).toThrow("padded");
  });
});
