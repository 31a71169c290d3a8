import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startStack, type Stack } from "@sotto/dev-env";
import type { ChatFile } from "@sotto/protocol";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Meeting } from "../Meeting.ts";
import { until } from "../testing/until.ts";

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ config: { files: { maxFileMegabytes: 2, maxSessionMegabytes: 4 } } });
});
afterAll(() => stack.stop());

let rooms = 0;
async function twoPeople(features: object = {}): Promise<[Meeting, Meeting]> {
  const roomId = `room-${++rooms}`;
  await stack.createRoom({ roomId, features });
  return [await stack.headlessClient({ roomId, name: "Ada" }), await stack.headlessClient({ roomId, name: "Ben" })];
}

const body = Uint8Array.from({ length: 700_001 }, (_, index) => (index * 7) % 251);
const bodyOf = async (blob: Blob) => new Uint8Array(await blob.arrayBuffer());
const failed = (meeting: Meeting) =>
  until(meeting.files.uploads, (uploads) => uploads.length > 0 && uploads.every(({ state }) => state === "failed"));

async function received(meeting: Meeting, count = 1): Promise<ChatFile[]> {
  await until(meeting.chat.messages, (messages) => messages.filter(({ file }) => file !== null).length === count);
  return meeting.chat.messages.get().flatMap(({ file }) => file ?? []);
}
const blobPath = ({ info }: Meeting, { fileId }: ChatFile) =>
  join(stack.folder, "node-1", "blobs", info.sessionId, fileId);

describe("a file in the chat", () => {
  test.each([true, false])("arrives whole, with end-to-end encryption: %s", async (encrypted) => {
    const [ada, ben] = await twoPeople({ end_to_end_encryption_features: { is_enabled: encrypted } });
    ada.files.send(ada.chat, new File([body], "../a\u202Eb.bin", { type: "application/x-thing" }));
    expect(ada.files.uploads.get()).toMatchObject([{ name: "ab.bin", sizeBytes: body.length, progress: 0 }]);
    const [file] = (await received(ben)) as [ChatFile];
    expect(ada.files.uploads.get()).toEqual([]);
    expect(file).toMatchObject({ name: "ab.bin", type: "application/x-thing", length: body.length });
    const progress: number[] = [];
    const blob = await ben.files.download(file, { onProgress: (part) => progress.push(part) });
    expect(Buffer.compare(await bodyOf(blob), body)).toBe(0);
    expect(blob.type).toBe("application/octet-stream");
    expect(progress.at(-1)).toBe(1);
    expect(readFileSync(blobPath(ada, file)).includes(Buffer.from(body.subarray(1000, 1100)))).toBe(false);
  });

  test("several go in the order they were given, one after the other", async () => {
    const [ada, ben] = await twoPeople();
    for (const name of ["1.txt", "2.txt", "3.txt"]) ada.files.send(ada.chat, new File([name.repeat(50_000)], name));
    expect((await received(ben, 3)).map(({ name }) => name)).toEqual(["1.txt", "2.txt", "3.txt"]);
  });

  test("is refused before anything is sent where it is too large or of a type the room does not allow", async () => {
    const chat_features = {
      is_allow: true,
      is_allow_file_upload: true,
      allowed_file_types: [".PDF", "png"],
      max_file_size: 1,
    };
    const [ada] = await twoPeople({ chat_features });
    expect(ada.files.limits).toEqual({ maxFileBytes: 1024 * 1024, extensions: ["pdf", "png"] });
    const large = new File([new Uint8Array(1024 * 1024 + 1)], "a.png");
    expect(ada.files.refusalOf(large)).toBe("too_large");
    expect(() => ada.files.send(ada.chat, large)).toThrow(expect.objectContaining({ code: "body_too_large" }) as Error);
    const script = new File(["x"], "a.png.exe");
    expect(ada.files.refusalOf(script)).toBe("type_not_allowed");
    expect(() => ada.files.send(ada.chat, script)).toThrow(expect.objectContaining({ code: "body_invalid" }) as Error);
    expect(ada.files.refusalOf(new File(["x"], "a.PNG"))).toBeNull();
    expect(readdirSync(join(stack.folder, "node-1", "blobs"))).not.toContain(ada.info.sessionId);
  });

  test("that does not fit any more fails with the reason, and may be tried again or given up", async () => {
    const [ada, ben] = await twoPeople();
    const large = () => new File([new Uint8Array(2 * 1024 * 1024 - 100_000)], "large.bin");
    for (let sent = 0; sent < 3; sent++) ada.files.send(ada.chat, large());
    await received(ben, 2);
    await failed(ada);
    const [upload] = ada.files.uploads.get();
    expect(upload).toMatchObject({ state: "failed", error: "storage_full" });
    ada.files.retry(upload!.id);
    expect(ada.files.uploads.get()).toMatchObject([{ state: "waiting", error: null }]);
    await failed(ada);
    ada.files.cancel(upload!.id);
    expect(ada.files.uploads.get()).toEqual([]);
  });

  test("that is given up while it waits is never sent", async () => {
    const [ada, ben] = await twoPeople();
    ada.files.send(ada.chat, new File([body], "kept.bin"));
    ada.files.send(ada.chat, new File([body], "dropped.bin"));
    ada.files.cancel(ada.files.uploads.get()[1]!.id);
    await received(ben);
    await ada.chat.send("after");
    await until(ben.chat.messages, (messages) => messages.length === 2);
    expect((await received(ben)).map(({ name }) => name)).toEqual(["kept.bin"]);
  });

  test("that the server changed, cut, swapped or lost is not handed out", async () => {
    const [ada, ben] = await twoPeople();
    ada.files.send(ada.chat, new File([body], "one.bin"));
    ada.files.send(ada.chat, new File([body], "two.bin"));
    const [one, two] = (await received(ben, 2)) as [ChatFile, ChatFile];
    const path = blobPath(ada, one);
    const genuine = readFileSync(path);
    const damaged = { code: "file_damaged" };
    for (const changed of [
      genuine.with(5, genuine[5]! ^ 1),
      genuine.subarray(0, -1),
      Buffer.concat([genuine, Buffer.alloc(1)]),
      readFileSync(blobPath(ada, two)),
    ]) {
      writeFileSync(path, changed);
      await expect(ben.files.download(one)).rejects.toMatchObject(damaged);
    }
    writeFileSync(path, genuine);
    expect(Buffer.compare(await bodyOf(await ben.files.download(one)), body)).toBe(0);
    await expect(ben.files.download({ ...one, fileId: "ICEiIyQlJicoKSorLC0uLw" })).rejects.toMatchObject({
      code: "not_found",
    });
    await expect(ben.files.download({ ...one, length: 2 ** 40 })).rejects.toMatchObject(damaged);
  });

  test("can be given up while it comes, and is when the meeting is over", async () => {
    const [ada, ben] = await twoPeople();
    ada.files.send(ada.chat, new File([body], "a.bin"));
    const [file] = (await received(ben)) as [ChatFile];
    const abort = new AbortController();
    const reason = new Error("enough");
    const download = ben.files.download(file, { signal: abort.signal });
    abort.abort(reason);
    await expect(download).rejects.toBe(reason);
    await ben.leave();
    await expect(ben.files.download(file)).rejects.toMatchObject({ code: "not_connected" });
  });
});
