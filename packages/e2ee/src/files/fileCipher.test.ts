import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { fileKey } from "./fileKey.ts";
import { decryptFile, encryptFile, fileBlobBytes, type FileCipher } from "./fileCipher.ts";
import { padmeLength } from "./padme.ts";

const sealedChunk = 65536 + 16;
const prefix = Uint8Array.of(1, 2, 3, 4, 5, 6, 7);
const notAuthentic = expect.objectContaining({ code: "not_authentic" }) as object;

const session = { model: "server", sessionId: "AAECAwQFBgcICQoLDA0ODw" } as const;
let cipher: FileCipher;

beforeAll(async () => {
  cipher = { key: await fileKey(session, "file-1", new Uint8Array(32)), prefix };
});

describe("a file", () => {
  test.each([0, 1, 4095, 4096, 4097, 65536, 65537, 200_000])("of %i bytes comes back", async (length) => {
    const body = Uint8Array.from({ length }, (_, index) => index % 253);
    const blob = await encryptFile(cipher, body);
    expect(blob).toHaveLength(fileBlobBytes(length));
    expect(Buffer.compare(await decryptFile(cipher, length, blob), body)).toBe(0);
  });

  test("is refused with any byte changed, cut or moved", async () => {
    const blob = await encryptFile(cipher, new Uint8Array(150_000));
    const positions = [0, 65535, 65551, sealedChunk, blob.length - 1];
    for (const index of positions) {
      await expect(decryptFile(cipher, 150_000, blob.with(index, (blob[index] ?? 0) ^ 1))).rejects.toEqual(
        notAuthentic,
      );
    }
    await expect(decryptFile(cipher, 150_000, blob.subarray(0, -1))).rejects.toEqual(notAuthentic);
    await expect(decryptFile(cipher, 150_000, blob.subarray(0, 2 * sealedChunk))).rejects.toEqual(notAuthentic);
    const swapped = new Uint8Array(blob);
    swapped.set(blob.subarray(sealedChunk, 2 * sealedChunk), 0);
    swapped.set(blob.subarray(0, sealedChunk), sealedChunk);
    await expect(decryptFile(cipher, 150_000, swapped)).rejects.toEqual(notAuthentic);
  });

  test("cut at a chunk's end is refused even where the shorter length would be allowed", async () => {
    const blob = await encryptFile(cipher, new Uint8Array(131_072));
    expect(fileBlobBytes(65_536)).toBe(sealedChunk);
    await expect(decryptFile(cipher, 65_536, blob.subarray(0, sealedChunk))).rejects.toEqual(notAuthentic);
  });

  test("with something behind its last chunk is refused", async () => {
    const blob = await encryptFile(cipher, new Uint8Array(131_072));
    const longer = new Uint8Array(blob.length + sealedChunk);
    longer.set(blob);
    await expect(decryptFile(cipher, 131_072, longer)).rejects.toEqual(notAuthentic);
  });

  test("opens with its own key and prefix only", async () => {
    const blob = await encryptFile(cipher, new Uint8Array(10));
    const otherKey = await fileKey(session, "file-2", new Uint8Array(32));
    await expect(decryptFile({ key: otherKey, prefix }, 10, blob)).rejects.toEqual(notAuthentic);
    await expect(decryptFile({ ...cipher, prefix: prefix.with(0, 9) }, 10, blob)).rejects.toEqual(notAuthentic);
    const elsewhere = [
      { model: "passphrase", sessionId: session.sessionId },
      { model: "server", sessionId: "AQECAwQFBgcICQoLDA0ODw" },
    ] as const;
    for (const other of elsewhere) {
      const key = await fileKey(other, "file-1", new Uint8Array(32));
      await expect(decryptFile({ key, prefix }, 10, blob)).rejects.toEqual(notAuthentic);
    }
    const invalid = expect.objectContaining({ code: "input_invalid" }) as object;
    await expect(decryptFile({ ...cipher, prefix: new Uint8Array(8) }, 10, blob)).rejects.toEqual(invalid);
    await expect(fileKey(session, "file-1", new Uint8Array(31))).rejects.toEqual(invalid);
  });
});

describe("padmeLength", () => {
  test("never shrinks, adds at most 12 %, keeps its own lengths, and leaks few bits", () => {
    fc.assert(
      fc.property(fc.integer({ min: 4096, max: 2 ** 45 }), (length) => {
        const padded = padmeLength(length);
        expect(padded).toBeGreaterThanOrEqual(length);
        expect(padded / length).toBeLessThan(1.12);
        expect(padmeLength(padded)).toBe(padded);
      }),
    );
    const seen = new Set(Array.from({ length: 60_000 }, (_, length) => padmeLength(length)));
    expect(seen.size).toBeLessThan(70);
  });

  test.each([-1, 0.5, Number.NaN, 2 ** 53])("%d is not a length", (length) => {
    expect(() => padmeLength(length)).toThrow(expect.objectContaining({ code: "input_invalid" }) as Error);
  });
});
