import { beforeEach, describe, expect, test } from "vitest";
import { KeyRing } from "./KeyRing.ts";
import type { Sender } from "./Sender.ts";

const sender = (participantId: string, nonce: number): Sender => ({
  participantId,
  senderNonce: Uint8Array.of(...new Uint8Array(14), nonce >> 8, nonce & 0xff),
});
const alice = sender("p_alice", 1);

let ring: KeyRing;

beforeEach(async () => {
  ring = new KeyRing(new Uint8Array(32));
  await ring.add(0, new Uint8Array(64).fill(1));
  await ring.add(1, new Uint8Array(64).fill(2));
});

describe("KeyRing", () => {
  test("wipes the material it was given", async () => {
    const material = new Uint8Array(64).fill(3);
    await ring.add(2, material);
    expect(material).toEqual(new Uint8Array(64));
  });

  test("gives out message keys that scripts cannot read", async () => {
    const key = await ring.aesKey("chat", 0, alice);
    expect(key).toMatchObject({ extractable: false, algorithm: { name: "AES-GCM", length: 256 } });
    await expect(crypto.subtle.exportKey("raw", key)).rejects.toThrow("extractable");
  });

  test("has one key per label, epoch, participant and page, and derives it once", async () => {
    const asked = [
      ring.aesKey("chat", 0, alice),
      ring.aesKey("notes", 0, alice),
      ring.aesKey("chat", 1, alice),
      ring.aesKey("chat", 0, sender("p_bob", 1)),
      ring.aesKey("chat", 0, sender("p_alice", 2)),
    ];
    const params = { name: "AES-GCM", iv: new Uint8Array(12) };
    const boxes = await Promise.all(
      asked.map(async (key) => Buffer.from(await crypto.subtle.encrypt(params, await key, new Uint8Array(16)))),
    );
    expect(new Set(boxes.map((box) => box.toString("hex"))).size).toBe(asked.length);
    expect(ring.aesKey("chat", 0, sender("p_alice", 1))).toBe(asked[0]);
  });

  test("remembers a bounded number of keys, those used last", async () => {
    const used = ring.aesKey("chat", 0, alice);
    const unused = ring.aesKey("notes", 0, alice);
    const made: Promise<CryptoKey>[] = [];
    for (let nonce = 2; nonce < 1025; nonce++) {
      made.push(ring.aesKey("chat", 0, sender("p_mallory", nonce)));
      expect(ring.aesKey("chat", 0, alice)).toBe(used);
    }
    expect(ring.aesKey("notes", 0, alice)).not.toBe(unused);
    await Promise.all(made);
  });

  test("knows nothing after clear, and still refuses what is older", async () => {
    ring.clear();
    expect(ring.has(1)).toBe(false);
    expect(() => ring.aesKey("chat", 1, alice)).toThrow("no key for epoch 1");
    await expect(ring.add(1, new Uint8Array(64))).rejects.toThrow("not newer");
  });
});
