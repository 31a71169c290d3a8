import { createDecipheriv, hkdfSync } from "node:crypto";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { importKeyMaterial } from "../keys/keySchedule.ts";
import { passphraseRoot } from "../keys/passphrase.ts";
import { HistoryKeeper } from "./HistoryKeeper.ts";
import { historyKey, historyTag } from "./historyKeys.ts";
import { openHistoryRecord, sealHistoryRecord } from "./historyRecord.ts";
import {
  createHistoryRoot,
  createPinnedHistoryRoot,
  newPinQuestion,
  openPinnedHistoryRoot,
  type HistoryRoot,
} from "./historyRoot.ts";

const notAuthentic = expect.objectContaining({ code: "not_authentic" }) as object;
const place = { store: "messages", recordId: "AAAAAAAAAAAAAAAAAAAAAA" };
const secret = Uint8Array.from({ length: 32 }, (_, index) => index);
const utf8 = (text: string) => new TextEncoder().encode(text);
const lp = (text: string) => Buffer.concat([Buffer.from([0, text.length]), Buffer.from(text)]);
const label = "sotto/v1/history";

let root: CryptoKey;
let key: CryptoKey;
beforeAll(async () => {
  root = await importKeyMaterial(secret.slice());
  key = await historyKey(root, "seat");
});

describe("a record", () => {
  test("comes back, in whole buckets, and never twice the same", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 2000 }), async (body) => {
        const [one, other] = [await sealHistoryRecord(key, place, body), await sealHistoryRecord(key, place, body)];
        expect([...(await openHistoryRecord(key, place, one))]).toEqual([...body]);
        expect((one.length - 1 - 12 - 16) % 256).toBe(0);
        expect(Buffer.compare(one, other)).not.toBe(0);
      }),
      { numRuns: 30 },
    );
  });

  test("opens nowhere else, under no other meeting's key, and with no byte changed or missing", async () => {
    const record = await sealHistoryRecord(key, place, utf8("between us"));
    const elsewhere = [
      { ...place, recordId: "BAAAAAAAAAAAAAAAAAAAAA" },
      { ...place, store: "meetings" },
      { store: "message", recordId: `s${place.recordId}` },
    ];
    for (const other of elsewhere) await expect(openHistoryRecord(key, other, record)).rejects.toEqual(notAuthentic);
    await expect(openHistoryRecord(await historyKey(root, "other"), place, record)).rejects.toEqual(notAuthentic);
    for (const index of [1, 12, 13, record.length - 1]) {
      const changed = record.with(index, (record[index] ?? 0) ^ 1);
      await expect(openHistoryRecord(key, place, changed)).rejects.toEqual(notAuthentic);
    }
    for (const length of [1, 5, 13, record.length - 1]) {
      await expect(openHistoryRecord(key, place, record.subarray(0, length))).rejects.toEqual(notAuthentic);
    }
    const newer = expect.objectContaining({ code: "version_unknown" }) as object;
    await expect(openHistoryRecord(key, place, record.with(0, 2))).rejects.toEqual(newer);
    await expect(openHistoryRecord(key, place, new Uint8Array())).rejects.toEqual(newer);
  });

  test("is what the specification says, made without this code", async () => {
    const info = Buffer.concat([Buffer.from(`${label}\0`), lp("meeting"), lp("seat")]);
    const aes = Buffer.from(hkdfSync("sha256", secret, label, info, 32));
    const record = Buffer.from(await sealHistoryRecord(key, place, utf8("hello")));
    const decipher = createDecipheriv("aes-256-gcm", aes, record.subarray(1, 13));
    decipher.setAAD(Buffer.concat([Buffer.from(`${label}\0`), lp(place.store), lp(place.recordId)]));
    decipher.setAuthTag(record.subarray(-16));
    const padded = Buffer.concat([decipher.update(record.subarray(13, -16)), decipher.final()]);
    expect(padded.subarray(0, 7)).toEqual(Buffer.from("hello\x80\0", "latin1"));
    expect(padded).toHaveLength(256);
  });
});

describe("tags", () => {
  test("are the same for the same, and another for another kind, text or root", async () => {
    const other = await importKeyMaterial(secret.with(0, 9));
    const tags = [
      await historyTag(root, "room", "a", "bc"),
      await historyTag(root, "room", "ab", "c"),
      await historyTag(root, "seat", "a", "bc"),
      await historyTag(other, "room", "a", "bc"),
    ];
    expect(new Set(tags).size).toBe(4);
    expect(await historyTag(root, "room", "a", "bc")).toBe(tags[0]);
    for (const tag of tags) expect(tag).toMatch(/^[A-Za-z0-9_-]{22}$/);
  });
});

describe("a root", () => {
  test("without a PIN can be used and not read", async () => {
    const { root: made, stored } = await createHistoryRoot();
    expect(stored).toEqual({ id: made.id, protection: "open", key: made.key });
    expect(made.key.extractable).toBe(false);
    await expect(crypto.subtle.exportKey("raw", made.key)).rejects.toThrow(Error);
  });

  test("under a PIN opens with it and with no other, and its sealed form is bound to its id", async () => {
    const question = newPinQuestion();
    const derive = (pin: string) => passphraseRoot(pin, question.sessionId, question.openerSalt);
    const { root: made, stored } = await createPinnedHistoryRoot(await derive("2749 1"), question);
    if (stored.protection !== "pin") throw new Error("no PIN");
    const opened = await openPinnedHistoryRoot(await derive(" 2749  1"), stored);
    expect(opened.key.extractable).toBe(false);
    expect(await historyTag(opened.key, "room", "x")).toBe(await historyTag(made.key, "room", "x"));
    await expect(openPinnedHistoryRoot(await derive("2749 2"), stored)).rejects.toEqual(notAuthentic);
    const moved = { ...stored, id: newPinQuestion().sessionId };
    await expect(openPinnedHistoryRoot(await derive("2749 1"), moved)).rejects.toEqual(notAuthentic);
  });
});

describe("the keeper", () => {
  test("gives back the root that it keeps, and no other", async () => {
    const { port1, port2 } = new MessageChannel();
    let kept: HistoryRoot | null = null;
    port2.addEventListener("message", ({ data }: MessageEvent<{ keep?: HistoryRoot | null }>) => {
      if (data.keep !== undefined) kept = data.keep;
      port2.postMessage({ root: kept });
    });
    port2.start();
    const keeper = new HistoryKeeper(port1);
    const { root: made } = await createHistoryRoot();
    await keeper.keep(made);
    const [same, other] = await Promise.all([keeper.recall(made.id), keeper.recall("another")]);
    expect([same?.id, other]).toEqual([made.id, null]);
    await keeper.keep(null);
    expect(await keeper.recall(made.id)).toBeNull();
    port1.close();
    port2.close();
  });
});
