import { expect, test } from "vitest";
import vectors from "../../../../../test-vectors/sframe-rfc9605.json" with { type: "json" };
import { concat } from "../../keys/encoding.ts";
import { hex, unhex } from "../../vectors/vectorFile.ts";
import { decodeSframeHeader, encodeSframeHeader } from "./SframeHeader.ts";
import {
  expandSframeLabel,
  mediaSuite,
  sframeLabels,
  SframeKey,
  sframeTagBytes,
  type SframeSuite,
} from "./SframeKey.ts";

const suites: readonly SframeSuite[] = [{ id: 0x0004, hash: "SHA-256", keyBytes: 16 }, mediaSuite];

test.each(suites)("RFC 9605 Appendix C.3: suite $id", async (suite) => {
  const vector = vectors.sframe.find(({ cipher_suite }) => cipher_suite === suite.id);
  if (!vector) throw new Error("no vector of this suite");
  const kid = BigInt(vector.kid);
  const ctr = BigInt(vector.ctr);
  const baseKey = unhex(vector.base_key);
  const metadata = unhex(vector.metadata);
  const plaintext = unhex(vector.pt);

  const labels = sframeLabels(suite, kid);
  expect(hex(labels.key)).toBe(vector.sframe_key_label);
  expect(hex(labels.salt)).toBe(vector.sframe_salt_label);
  expect(hex(await expandSframeLabel(suite, baseKey, labels.key, suite.keyBytes))).toBe(vector.sframe_key);
  expect(hex(await expandSframeLabel(suite, baseKey, labels.salt, 12))).toBe(vector.sframe_salt);

  const key = await SframeKey.derive(suite, kid, baseKey);
  expect(hex(key.nonce(ctr))).toBe(vector.nonce);
  expect(hex(concat(encodeSframeHeader({ kid, ctr }), metadata))).toBe(vector.aad);
  expect(hex(await key.seal(ctr, metadata, plaintext))).toBe(vector.ct);

  const sframe = unhex(vector.ct);
  const header = decodeSframeHeader(sframe);
  expect(header && (await key.open(header, metadata, sframe))).toEqual(plaintext);
});

test("nothing that was changed opens", async () => {
  const key = await SframeKey.derive(mediaSuite, 1n, new Uint8Array(32).fill(7));
  const metadata = Uint8Array.of(1, 2, 3);
  const sframe = await key.seal(300n, metadata, Uint8Array.of(4, 5, 6));
  for (let bit = 0; bit < sframe.length * 8; bit++) {
    const changed = sframe.slice();
    changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    const header = decodeSframeHeader(changed);
    expect(header && (await key.open(header, metadata, changed))).toBeNull();
  }
  const header = decodeSframeHeader(sframe);
  if (!header) throw new Error("not decoded");
  expect(await key.open(header, Uint8Array.of(1, 2, 4), sframe)).toBeNull();
  expect(await key.open(header, metadata, sframe.subarray(0, header.length + sframeTagBytes - 1))).toBeNull();
  expect(await key.open(header, metadata, sframe)).toEqual(Uint8Array.of(4, 5, 6));
});
