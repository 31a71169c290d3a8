import { maxBlobBytes, type ChatFile } from "@sotto/protocol";
import { fileBlobBytes } from "@sotto/e2ee";
import { beforeAll, describe, expect, test } from "vitest";
import { openFile, sealFile, type FileSession } from "./fileBlob.ts";

const session: FileSession = { sessionId: "AAECAwQFBgcICQoLDA0ODw", e2eeModel: "passphrase" };
const fileId = "ICEiIyQlJicoKSorLC0uLw";
const otherId = "MCEiIyQlJicoKSorLC0uLw";
const sealedChunk = 65536 + 16;
const damaged = expect.objectContaining({ name: "SottoError", code: "file_damaged" }) as object;
const body = Uint8Array.from({ length: 180_000 }, (_, index) => index % 251);

let blob: Uint8Array<ArrayBuffer>;
let file: ChatFile;

async function sealed(content: Uint8Array, id = fileId): Promise<{ blob: Uint8Array<ArrayBuffer>; file: ChatFile }> {
  const made = await sealFile(session, id, content);
  return { blob: made.blob, file: { ...made.seal, fileId: id, name: "a.bin", type: "" } };
}
/** The message goes with the changed blob, as a sender's own page could write it: only the cipher can tell then. */
async function hashedAs(changed: Uint8Array<ArrayBuffer>): Promise<ChatFile> {
  const digest = await crypto.subtle.digest("SHA-256", changed);
  return { ...file, sha256: Buffer.from(digest).toString("base64url") };
}

beforeAll(async () => {
  ({ blob, file } = await sealed(body));
});

describe("a file's blob", () => {
  test.each([0, 1, 4096, 65_537, 200_000])("of %i bytes gives the file back", async (length) => {
    const content = Uint8Array.from({ length }, (_, index) => index % 241);
    const made = await sealed(content);
    expect(made.file.length).toBe(length);
    expect(Buffer.compare(await openFile(session, made.file, made.blob), content)).toBe(0);
  });

  test("holds nothing of the file, and is another one at every attempt", async () => {
    const canary = new TextEncoder().encode("canary ".repeat(2_000));
    const [first, second] = [await sealed(canary), await sealed(canary)];
    expect(Buffer.from(first.blob).includes("canary")).toBe(false);
    expect(first.file.secret).not.toBe(second.file.secret);
    expect(first.file.prefix).not.toBe(second.file.prefix);
    expect(Buffer.compare(first.blob, second.blob)).not.toBe(0);
  });

  test.each([
    ["with a byte changed", () => blob.with(70_000, (blob[70_000] ?? 0) ^ 1)],
    ["with a byte of its last tag changed", () => blob.with(blob.length - 1, (blob.at(-1) ?? 0) ^ 1)],
    ["with two chunks in another order", () => swapped()],
    ["cut short", () => blob.slice(0, -1)],
    ["cut at a chunk", () => blob.slice(0, sealedChunk)],
    ["with something behind it", () => new Uint8Array([...blob, 0])],
    ["that is empty", () => new Uint8Array()],
  ])("%s is refused, even where the message names its hash", async (_, change) => {
    const changed = change();
    await expect(openFile(session, file, changed)).rejects.toEqual(damaged);
    await expect(openFile(session, await hashedAs(changed), changed)).rejects.toEqual(damaged);
  });

  test("that another upload of the same length left is refused, as is one under another id, session or model", async () => {
    const other = await sealed(body, otherId);
    await expect(openFile(session, file, other.blob)).rejects.toEqual(damaged);
    await expect(openFile(session, { ...file, fileId: otherId }, blob)).rejects.toEqual(damaged);
    await expect(openFile({ ...session, sessionId: "AQECAwQFBgcICQoLDA0ODw" }, file, blob)).rejects.toEqual(damaged);
    await expect(openFile({ ...session, e2eeModel: "server" }, file, blob)).rejects.toEqual(damaged);
  });

  test("that is right is refused under another hash: the message names one file and no other", async () => {
    const { sha256 } = (await sealed(body)).file;
    await expect(openFile(session, { ...file, sha256 }, blob)).rejects.toEqual(damaged);
  });

  test("is refused where the message's length, secret or prefix is another", async () => {
    const other = (await sealed(body)).file;
    for (const changed of [
      { length: 100 },
      { secret: other.secret },
      { prefix: other.prefix },
      { secret: "x".repeat(43) },
    ]) {
      await expect(openFile(session, { ...file, ...changed }, blob)).rejects.toEqual(damaged);
    }
  });

  test("never is larger than the server allows for the file's length", () => {
    for (let length = 1; length < 2 ** 31; length = Math.ceil(length * 1.07) + 1) {
      expect(fileBlobBytes(length)).toBeLessThanOrEqual(maxBlobBytes(length));
    }
  });
});

function swapped(): Uint8Array<ArrayBuffer> {
  const changed = blob.slice();
  changed.set(blob.subarray(sealedChunk, 2 * sealedChunk), 0);
  changed.set(blob.subarray(0, sealedChunk), sealedChunk);
  return changed;
}
