import { expect, test } from "vitest";
import vectors from "../../../../../test-vectors/sframe-rfc9605.json" with { type: "json" };
import { hex, unhex } from "../../vectors/vectorFile.ts";
import { decodeSframeHeader, encodeSframeHeader } from "./SframeHeader.ts";

test("RFC 9605 Appendix C.1: all header vectors, both ways", () => {
  expect(vectors.header.length).toBe(289);
  for (const { kid, ctr, encoded } of vectors.header) {
    const header = { kid: BigInt(kid), ctr: BigInt(ctr) };
    const bytes = unhex(encoded);
    expect(hex(encodeSframeHeader(header))).toBe(encoded);
    expect(decodeSframeHeader(bytes)).toEqual({ ...header, length: bytes.length });
  }
});

test("a header that is cut off is none", () => {
  for (const { encoded } of vectors.header) {
    const bytes = unhex(encoded);
    for (let length = 0; length < bytes.length; length++) {
      expect(decodeSframeHeader(bytes.subarray(0, length))).toBeNull();
    }
  }
});

test.each([
  ["a small counter in a byte of its own", "0807"],
  ["a counter with a leading zero", "0900ff"],
  ["a small key id in a byte of its own", "8001"],
  ["a key id with a leading zero", "9000ff"],
])("%s is refused", (_what, encoded) => {
  expect(decodeSframeHeader(unhex(encoded))).toBeNull();
});
