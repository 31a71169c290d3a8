import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { request as httpRequest } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ErrorBody, JoinAnswer, RpcAnswer } from "@sotto/protocol";
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { connectAs, type TestParticipant } from "../../testing/connectAs.ts";
import { eventually } from "../../testing/eventually.ts";
import { joinAs } from "../../testing/joinAs.ts";
import { startTestServer, type TestServer } from "../../testing/startTestServer.ts";
import { FileTokens } from "./FileTokens.ts";

const MB = 1024 * 1024;

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ files: { maxFileMegabytes: 2, maxSessionMegabytes: 4, requestsPerMinute: 40 } });
});
afterAll(() => server[Symbol.asyncDispose]());

interface Person {
  answer: JoinAnswer;
  page: TestParticipant;
}

const enter = async (roomId: string, person: object = {}): Promise<Person> => {
  const { answer } = await joinAs(server, { token: await server.joinToken(roomId, person) });
  return { answer, page: await connectAs(answer) };
};
const room = async (features: object = {}) => {
  const roomId = await server.createRoom({ end_to_end_encryption_features: { is_enabled: true }, ...features });
  return { roomId, ada: await enter(roomId), ben: await enter(roomId) };
};

type Announced = { fileId: string; uploadToken: string };
const announce = ({ page }: Person, bytes: number) =>
  page.call("file-upload", JSON.stringify({ bytes })) as Promise<RpcAnswer<Announced>>;
const announced = async (person: Person, bytes: number): Promise<Announced> => {
  const answer = await announce(person, bytes);
  if (!answer.ok) throw new Error(answer.error.message);
  return answer.result;
};
const downloadToken = async ({ page }: Person, fileId: string): Promise<string> => {
  const answer = await page.call("file-download", JSON.stringify({ fileId }));
  if (!answer.ok) throw new Error(answer.error.code);
  return answer.result["downloadToken"] as string;
};

const binary = "application/octet-stream";
const put = async (fileId: string, token: string, body: NonNullable<RequestInit["body"]>, origin = server.origin) => {
  const headers = { authorization: `Bearer ${token}`, "content-type": binary };
  const response = await fetch(`${origin}/api/files/${fileId}`, {
    method: "PUT",
    headers,
    body,
    duplex: "half",
  });
  return { status: response.status, ...((await response.json()) as Partial<ErrorBody>) };
};
const get = (fileId: string, token?: string, origin = server.origin) =>
  fetch(`${origin}/api/files/${fileId}`, { headers: token === undefined ? {} : { authorization: `Bearer ${token}` } });
const refusal = async (response: Response) => ({
  status: response.status,
  code: ((await response.json()) as ErrorBody).error.code,
});
const stored = async (person: Person, blob: Buffer): Promise<string> => {
  const { fileId, uploadToken } = await announced(person, blob.length);
  expect(await put(fileId, uploadToken, new Uint8Array(blob))).toEqual({ status: 201 });
  return fileId;
};
const onDisk = async (sid: string): Promise<string[]> =>
  readdir(join(server.dataDir, "blobs", sid)).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  });

describe("a blob", () => {
  it("goes from one participant to another, byte by byte, and is nobody's to cache or render", async () => {
    const { ada, ben, roomId } = await room();
    const blob = randomBytes(MB + 17);
    const fileId = await stored(ada, blob);
    expect(await onDisk(ada.answer.sessionId)).toEqual([fileId]);

    const response = await get(fileId, await downloadToken(ben, fileId));
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "cache-control": "no-store",
      "content-type": binary,
      "content-length": String(blob.length),
      "content-disposition": "attachment",
      "content-security-policy": "default-src 'none'; sandbox",
      "cross-origin-resource-policy": "same-origin",
      "x-content-type-options": "nosniff",
    });
    expect(Buffer.from(await response.arrayBuffer()).equals(blob)).toBe(true);
    await server.manage("/room/endRoom", { room_id: roomId });
  });

  it("must be as long as announced, not shorter and not longer, with or without a content-length", async () => {
    const { ada, roomId } = await room();
    const chunked = (bytes: number) => new Blob([new Uint8Array(bytes)]).stream();
    for (const body of [new Uint8Array(999), new Uint8Array(1001), chunked(999), chunked(300_000)]) {
      const { fileId, uploadToken } = await announced(ada, 1000);
      expect(await put(fileId, uploadToken, body)).toMatchObject({ status: 400, error: { code: "body_invalid" } });
      expect(await put(fileId, uploadToken, new Uint8Array(1000))).toMatchObject({ error: { code: "token_used" } });
    }
    const { fileId, uploadToken } = await announced(ada, 1000);
    expect(await put(fileId, uploadToken, chunked(1000))).toEqual({ status: 201 });
    expect(await onDisk(ada.answer.sessionId)).toEqual([fileId]);
    await server.manage("/room/endRoom", { room_id: roomId });
  });

  it("is brought once, also by two at the same time", async () => {
    const { ada, ben, roomId } = await room();
    const { fileId, uploadToken } = await announced(ada, 200_000);
    const bodies = [randomBytes(200_000), randomBytes(200_000)];
    const outcomes = await Promise.all(bodies.map((body) => put(fileId, uploadToken, new Uint8Array(body))));
    expect(new Set(outcomes.map(({ status }) => status))).toEqual(new Set([201, 409]));
    const winner = bodies[outcomes.findIndex(({ status }) => status === 201)]!;
    const response = await get(fileId, await downloadToken(ben, fileId));
    expect(Buffer.from(await response.arrayBuffer()).equals(winner)).toBe(true);
    await server.manage("/room/endRoom", { room_id: roomId });
  });

  it("of which only a part came leaves nothing, and its space is free again", async () => {
    const { ada, roomId } = await room();
    const sid = ada.answer.sessionId;
    const { fileId, uploadToken } = await announced(ada, 2 * MB);
    const headers = {
      authorization: `Bearer ${uploadToken}`,
      "content-type": binary,
      "content-length": String(2 * MB),
    };
    const upload = httpRequest(`${server.origin}/api/files/${fileId}`, { method: "PUT", headers });
    upload.on("error", () => undefined);
    upload.write(randomBytes(MB));
    await eventually(async () => (await onDisk(sid)).length === 1);
    expect(await onDisk(sid)).toEqual([`${fileId}.part`]);
    await expect(downloadToken(ada, fileId)).rejects.toThrow("not_found");
    upload.destroy();
    await eventually(async () => (await onDisk(sid)).length === 0);
    await eventually(async () => (await server.context.state.files.get(sid))?.value.files.length === 0);
    await stored(ada, randomBytes(2 * MB));
    await server.manage("/room/endRoom", { room_id: roomId });
  });
});

describe("what is allowed", () => {
  it("is decided before anything is sent: the size of a file and of all files of a session", async () => {
    const { ada, roomId } = await room();
    expect(ada.answer.files).toEqual({ maxFileBytes: 2 * MB });
    expect(await announce(ada, 3 * MB)).toMatchObject({ error: { code: "body_too_large" } });
    for (const bytes of [0, -1, 0.5, "7"]) {
      const body = JSON.stringify({ bytes });
      expect(await ada.page.call("file-upload", body)).toMatchObject({ error: { code: "body_invalid" } });
    }
    await announced(ada, 2 * MB);
    const outcomes = await Promise.all([announce(ada, 2 * MB), announce(ada, 2 * MB)]);
    expect(new Set(outcomes.map((outcome) => outcome.ok || outcome.error.code))).toEqual(
      new Set(["storage_full", true]),
    );
    await server.manage("/room/endRoom", { room_id: roomId });
  });

  it("counts an announced file for as long as its token lives, and no longer", async () => {
    const { ada, roomId } = await room();
    const sid = ada.answer.sessionId;
    await announced(ada, 2 * MB);
    await announced(ada, 2 * MB);
    expect(await announce(ada, 1)).toMatchObject({ error: { code: "storage_full" } });
    await server.context.state.files.mutate(sid, ({ files, ...record }) => ({
      ...record,
      files: files.map((file) => (file.state === "announced" ? { ...file, until: Date.now() } : file)),
    }));
    await announced(ada, 2 * MB);
    await server.manage("/room/endRoom", { room_id: roomId });
  });

  it("is less where the room says less", async () => {
    const { ada, roomId } = await room({
      chat_features: { is_allow: true, is_allow_file_upload: true, max_file_size: 1 },
    });
    expect(ada.answer.files).toEqual({ maxFileBytes: MB });
    expect(await announce(ada, 2 * MB)).toMatchObject({ error: { code: "body_too_large" } });
    await server.manage("/room/endRoom", { room_id: roomId });
  });

  it("is not files where the room has none, nor sending where it is locked", async () => {
    const none = await enter(
      await server.createRoom({ chat_features: { is_allow: true, is_allow_file_upload: false } }),
    );
    expect(none.answer.permissions.rpc.filter((method) => method.startsWith("file"))).toEqual([]);

    const { ada, ben, roomId } = await room();
    const fileId = await stored(ada, randomBytes(10));
    const locked = await enter(roomId, { user_metadata: { lock_settings: { lock_chat_file_share: true } } });
    expect(locked.answer.permissions.rpc).toContain("file-download");
    expect(locked.answer.permissions.rpc).not.toContain("file-upload");
    await expect(announce(locked, 10)).rejects.toThrow();
    expect((await get(fileId, await downloadToken(locked, fileId))).status).toBe(200);

    // A token from before the lock is worth nothing after it.
    const { fileId: late, uploadToken } = await announced(ben, 10);
    const key = `${ben.answer.sessionId}.${ben.answer.participantId}`;
    await server.context.state.participants.mutate(key, (record) => ({
      ...record,
      locks: { ...record.locks, lock_chat_file_share: true },
    }));
    expect(await put(late, uploadToken, new Uint8Array(10))).toMatchObject({ error: { code: "not_allowed" } });
    await server.manage("/room/endRoom", { room_id: roomId });
  });

  it("is so many files a minute", async () => {
    const { ada, roomId } = await room();
    let answer = await announce(ada, 1);
    for (let sent = 1; sent <= 40; sent++) answer = await announce(ada, 1);
    expect(answer).toMatchObject({ error: { code: "rate_limited" } });
    await server.manage("/room/endRoom", { room_id: roomId });
  });
});

describe("a token", () => {
  it("is for one use of one file by somebody who is there", async () => {
    const { ada, ben, roomId } = await room();
    const fileId = await stored(ada, randomBytes(10));
    const other = await stored(ada, randomBytes(10));
    const token = await downloadToken(ben, fileId);
    const invalid = { status: 401, code: "token_invalid" };
    expect(await refusal(await get(fileId))).toEqual({ status: 401, code: "token_missing" });
    expect(await refusal(await get(other, token))).toEqual(invalid);
    expect(await refusal(await get(fileId, `${token}x`))).toEqual(invalid);
    expect(await refusal(await get(fileId, await server.joinToken(roomId)))).toEqual(invalid);
    const announcement = await announced(ada, 10);
    expect(await refusal(await get(announcement.fileId, announcement.uploadToken))).toEqual(invalid);
    expect(await put(fileId, token, new Uint8Array(10))).toMatchObject({ error: { code: "token_invalid" } });

    await ben.page.call("leave");
    expect(await refusal(await get(fileId, token))).toEqual({ status: 410, code: "session_ended" });
    await server.manage("/room/endRoom", { room_id: roomId });
  });

  it("of one session opens nothing in another, and one of another installation nothing at all", async () => {
    const first = await room();
    const second = await room();
    const fileId = await stored(first.ada, randomBytes(10));
    const { sessionId: sid, participantId: pid } = second.ada.answer;
    await expect(downloadToken(second.ada, fileId)).rejects.toThrow("not_found");
    // Even signed by us: the file is looked for in the session of the token.
    const ours = new FileTokens(server.secrets.tokens);
    expect(await refusal(await get(fileId, ours.issue({ use: "download", sid, pid, fileId })))).toMatchObject({
      code: "not_found",
    });
    const theirs = new FileTokens({ secret: "another installation's secret, of 40 bytes" });
    const claims = {
      use: "download" as const,
      sid: first.ada.answer.sessionId,
      pid: first.ada.answer.participantId,
      fileId,
    };
    expect((await get(fileId, ours.issue(claims))).status).toBe(200);
    expect(await refusal(await get(fileId, theirs.issue(claims)))).toMatchObject({ code: "token_invalid" });
    for (const { roomId } of [first, second]) await server.manage("/room/endRoom", { room_id: roomId });
  });

  it("expires", async () => {
    const { ada, roomId } = await room();
    const fileId = await stored(ada, randomBytes(10));
    const { sessionId: sid, participantId: pid } = ada.answer;
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() - 80_000 });
    const token = new FileTokens(server.secrets.tokens).issue({ use: "download", sid, pid, fileId });
    vi.useRealTimers();
    expect(await refusal(await get(fileId, token))).toEqual({ status: 401, code: "token_expired" });
    await server.manage("/room/endRoom", { room_id: roomId });
  });

  it("is needed for names that are no ids just as well, and paths lead nowhere", async () => {
    const { ada, roomId } = await room();
    const fileId = await stored(ada, randomBytes(10));
    const token = await downloadToken(ada, fileId);
    const tricks = [
      "..%2f..%2fsecrets.json",
      "%2e%2e%2fsecrets.json",
      `${fileId}%00`,
      `..%5c${fileId}`,
      `${fileId}.part`,
      ".",
    ];
    for (const trick of tricks) {
      for (const method of ["GET", "PUT"]) {
        const headers = { authorization: `Bearer ${token}`, "content-type": binary };
        const body = method === "PUT" ? { body: new Uint8Array(1) } : {};
        const response = await fetch(`${server.origin}/api/files/${trick}`, { method, headers, ...body });
        expect([400, 404]).toContain(response.status);
        expect(await response.text()).not.toContain("secret");
      }
    }
    expect(await ada.page.call("file-download", `{"fileId":"../x"}`)).toMatchObject({
      error: { code: "body_invalid" },
    });
    await server.manage("/room/endRoom", { room_id: roomId });
  });

  it("and the blob are in no log", async () => {
    const { ada, roomId } = await room();
    const { fileId, uploadToken } = await announced(ada, 26);
    await put(fileId, uploadToken, "a canary in a blob's bytes");
    const token = await downloadToken(ada, fileId);
    expect(await (await get(fileId, token)).text()).toContain("canary");
    for (const secret of [uploadToken, token, fileId, "canary"]) expect(server.logs()).not.toContain(secret);
    expect(server.logs()).toContain("/api/files/:fileId");
    await server.manage("/room/endRoom", { room_id: roomId });
  });
});

describe("nothing stays", () => {
  it("when the session ends, also of an upload under way", async () => {
    const { ada, roomId } = await room();
    const sid = ada.answer.sessionId;
    await stored(ada, randomBytes(100_000));
    const { fileId, uploadToken } = await announced(ada, MB);
    const headers = { authorization: `Bearer ${uploadToken}`, "content-type": binary, "content-length": String(MB) };
    const upload = httpRequest(`${server.origin}/api/files/${fileId}`, { method: "PUT", headers });
    const answered = new Promise((resolve) => upload.on("response", ({ statusCode }) => resolve(statusCode)));
    upload.write(randomBytes(MB / 2));
    await eventually(async () => (await onDisk(sid)).length === 2);
    // The sweep would clear away what the end forgets.
    const sessions = vi.spyOn(server.context.blobs, "sessions").mockResolvedValue([]);
    onTestFinished(() => sessions.mockRestore());

    await server.manage("/room/endRoom", { room_id: roomId });
    expect(await server.context.blobs.hasSession(sid)).toBe(false);
    expect(await server.context.state.files.count(sid)).toBe(0);
    upload.end(randomBytes(MB / 2));
    expect(await answered).toBe(410);
    expect(await readdir(join(server.dataDir, "blobs"))).not.toContain(sid);
  });

  it("when it cannot be deleted at first: that is noticed, and said", async () => {
    const { ada, roomId } = await room();
    const sid = ada.answer.sessionId;
    await stored(ada, randomBytes(10));
    const deleteSession = vi.spyOn(server.context.blobs, "deleteSession").mockRejectedValue(new Error("no"));
    await server.manage("/room/endRoom", { room_id: roomId });
    expect(server.logs()).toContain(`"leftovers":["files"]`);
    deleteSession.mockRestore();
    await server.context.sessions.undoStart({ sessionId: sid } as Parameters<
      typeof server.context.sessions.undoStart
    >[0]);
    expect(await server.context.blobs.hasSession(sid)).toBe(false);
  });

  it("of sessions that are over when a server starts; what is alive stays", async () => {
    const { ada, roomId } = await room();
    const fileId = await stored(ada, randomBytes(10));
    const dir = join(server.dataDir, "blobs");
    const orphan = randomBytes(16).toString("base64url");
    await mkdir(join(dir, orphan));
    await writeFile(join(dir, orphan, `${fileId}.part`), "half");
    const other = await server.secondNode({ files: { dir } });
    expect(await readdir(dir)).toContain(ada.answer.sessionId);
    expect(await readdir(dir)).not.toContain(orphan);
    // Any node gives what any node took.
    const response = await get(fileId, await downloadToken(ada, fileId), other.origin);
    expect((await response.arrayBuffer()).byteLength).toBe(10);
    await other[Symbol.asyncDispose]();
    await server.manage("/room/endRoom", { room_id: roomId });
  });

  it("after a crash: a restarted server with engines of its own has no session and no blob", async () => {
    const folder = await mkdtemp(join(tmpdir(), "sotto-blobs-"));
    const orphan = randomBytes(16).toString("base64url");
    await mkdir(join(folder, orphan));
    await writeFile(join(folder, orphan, randomBytes(16).toString("base64url")), "whole");
    const restarted = await startTestServer({ files: { dir: folder } });
    expect(await readdir(folder)).toEqual([]);
    await restarted[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  });
});

it("is written for this account only", async () => {
  const { ada, roomId } = await room();
  const fileId = await stored(ada, Buffer.from("blob"));
  const path = join(server.dataDir, "blobs", ada.answer.sessionId, fileId);
  expect(await readFile(path, "utf8")).toBe("blob");
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect((await stat(join(server.dataDir, "blobs", ada.answer.sessionId))).mode & 0o777).toBe(0o700);
  await server.manage("/room/endRoom", { room_id: roomId });
});
