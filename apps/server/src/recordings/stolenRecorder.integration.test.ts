import { randomBytes, randomUUID } from "node:crypto";
import { lstat, mkdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { defaultRoomFeatures, type ErrorBody, type Job } from "@sotto/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { signHs256 } from "../platform/jwt/hs256.ts";
import { tokenKey } from "../platform/jwt/tokenKey.ts";
import { admitWorker, demand } from "../testing/admitWorker.ts";
import { connectWorker, type TestWorker } from "../testing/connectWorker.ts";
import { connectPerson, enter } from "../testing/enter.ts";
import { eventually } from "../testing/eventually.ts";
import { joinAs, tryJoin } from "../testing/joinAs.ts";
import { host, joinWith, open } from "../testing/passphraseRooms.ts";
import { passphraseFeatures, startTestServer, type TestServer } from "../testing/startTestServer.ts";

/** What somebody can do who took over a recorder, or has its seed and writes into the folder of recordings. */
let server: TestServer;
let worker: TestWorker;
beforeAll(async () => {
  server = await startTestServer();
  worker = await connectWorker(server);
});
afterAll(async () => {
  await worker?.[Symbol.asyncDispose]();
  await server?.[Symbol.asyncDispose]();
});

const place = (name: string) => join(server.dataDir, "recordings", name);
const secretsFile = () => join(server.dataDir, "secrets.json");
const sessionId = "A".repeat(22);

/** What a recorder says of a file that is there. */
function stored(recordingId: string, change: object = {}): Promise<object> {
  const facts = {
    fileName: `${recordingId}.mp4`,
    sizeBytes: 1,
    durationMs: 1,
    roomId: "board",
    sessionId,
    startedAt: 1,
  };
  return worker.ask("stored", { recordingId, ...facts, ...change });
}
async function recorded(content: string): Promise<string> {
  const recordingId = randomUUID();
  await writeFile(place(`${recordingId}.mp4`), content);
  await stored(recordingId);
  return recordingId;
}
async function tokenOf(record_id: string): Promise<string> {
  const answer = await server.manage("/recording/getDownloadToken", { record_id });
  if (typeof answer["token"] !== "string") throw new Error(answer.msg);
  return answer["token"];
}
/** The content, or status and code of the refusal. */
async function download(token: string, kind = "recording"): Promise<string> {
  const response = await fetch(`${server.origin}/download/${kind}/${token}`);
  const text = await response.text();
  return response.ok ? text : `${response.status} ${(JSON.parse(text) as ErrorBody).error.code}`;
}

describe("a recorder's file", () => {
  it("is no link, no folder, and nothing outside of its folder", async () => {
    const [link, folder] = [randomUUID(), randomUUID()];
    await symlink(secretsFile(), place(`${link}.mp4`));
    await mkdir(place(`${folder}.mp4`));
    for (const recordingId of [link, folder]) await expect(stored(recordingId)).rejects.toThrow("body_invalid");
    const id = randomUUID();
    for (const fileName of [
      `../${id}.mp4`,
      `${id}.mp4/../../secrets.json`,
      `${id}/../../secrets.json`,
      secretsFile(),
      `..\\${id}.mp4`,
      `${id}.mp4\n`,
      `${id}.mp4\0.txt`,
      `${id}.json`,
      `${"../".repeat(12)}.mp4`,
      "unfinished",
    ]) {
      await expect(stored(id, { fileName })).rejects.toThrow("body_invalid");
    }
    for (const recordingId of ["../../secrets", "..", "", "*"])
      await expect(stored(recordingId)).rejects.toThrow("body_invalid");
    expect(await server.manage("/recording/fetch")).toMatchObject({ status_code: "NOT_FOUND" });
  });

  it("that becomes a link later is not handed out or merged, and what it points to stays", async () => {
    const [swapped, other] = [await recorded("was a recording"), await recorded("another")];
    const token = await tokenOf(swapped);
    expect(await download(token)).toBe("was a recording");
    await rm(place(`${swapped}.mp4`));
    await symlink(secretsFile(), place(`${swapped}.mp4`));
    expect(await download(token)).toBe("404 not_found");
    // Nor where it is swapped between the look and the reading.
    const read = server.context.recordings.files.read(`${swapped}.mp4`, 0, 10);
    await expect(read.toArray()).rejects.toThrow("ELOOP");
    const parts = { by_ids: { record_ids: [swapped, other] } };
    expect(await server.manage("/recording/mergeRecordings", parts)).toMatchObject({ status_code: "NOT_FOUND" });
    expect(await server.manage("/recording/delete", { record_id: swapped })).toMatchObject({ status: true });
    await expect(lstat(place(`${swapped}.mp4`))).rejects.toThrow("ENOENT");
    expect(await readFile(secretsFile(), "utf8")).toContain(server.secrets.nats.worker);
  });

  it("that is on record stays what it is, whatever is said of it again", async () => {
    const recordingId = await recorded("ours");
    const before = await server.context.recordings.find(recordingId);
    await stored(recordingId, { roomId: "client=theirs", sessionId: "B".repeat(22), startedAt: 5 });
    expect(await server.context.recordings.find(recordingId)).toEqual(before);
    expect(before).toMatchObject({ owner: "main", roomId: "board" });
  });
});

describe("a download token", () => {
  it("is for one recording, and for nothing that is no recording", async () => {
    const [mine, other] = [await recorded("mine"), await recorded("other")];
    const token = await tokenOf(mine);
    expect([await download(token), await download(await tokenOf(other))]).toEqual(["mine", "other"]);
    const { secret } = server.secrets.tokens;
    const now = Math.floor(Date.now() / 1000);
    const made = (kind: "artifact" | "receipt" | "file", id = mine) =>
      signHs256({ id, nbf: now, exp: now + 60 }, tokenKey(secret, kind));
    const [header, , signature] = token.split(".");
    const payload = Buffer.from(JSON.stringify({ id: other, nbf: now, exp: now + 60 })).toString("base64url");
    for (const wrong of [
      made("artifact"),
      made("receipt"),
      made("file"),
      [header, payload, signature].join("."),
      mine,
      `${mine}.mp4`,
      "..%2f..%2fsecrets.json",
    ]) {
      expect(await download(wrong)).toBe("401 token_invalid");
    }
    for (const kind of ["artifact", "analytics"]) expect(await download(token, kind)).toBe("401 token_invalid");
    const key = tokenKey(secret, "recording");
    const signed = (id: string, exp = now + 60) => download(signHs256({ id, nbf: now - 400, exp }, key));
    expect(await signed(mine, now - 60)).toBe("401 token_expired");
    expect(await signed("../../secrets.json")).toBe("401 token_invalid");
    expect(await signed(randomUUID())).toBe("404 not_found");
    expect(server.logs()).not.toContain(token);
  });
});

const leased = ({ jobId, lease }: Job) => ({ jobId, lease });
const recording_features = { is_allow: true, is_allow_cloud: true };

describe("a stolen job", () => {
  it("is worth nothing when its run is over: no token, no way back in", async () => {
    const roomId = await server.createRoom({ recording_features });
    const grace = await enter(server, roomId, host);
    const { job, token } = await admitWorker(worker, grace);
    const unused = await worker.ask<{ token: string }>("token", leased(job));
    const { answer, cookie } = await joinAs(server, { token });
    const thief = await connectPerson(answer, cookie);
    expect(await tryJoin(server, { token })).toMatchObject({ error: { code: "token_used" } });

    await demand(grace, "service", { service: "recording", action: "stop" });
    await thief.kicked();
    expect(await worker.ask("report", { ...leased(job), state: "running" })).toEqual({ wanted: "stop" });
    await expect(worker.ask("token", leased(job))).rejects.toThrow("not_allowed");
    expect(await tryJoin(server, { token: unused.token })).toMatchObject({ error: { code: "consent_missing" } });
    expect(await tryJoin(server, { cookie, participantId: answer.participantId })).toMatchObject({ ok: false });
    await expect(thief.reconnect()).rejects.toThrow();
  });

  it("is worth nothing in the meeting that follows under the same name, with a passphrase", async () => {
    const roomId = await server.createRoom({ recording_features });
    const grace = await enter(server, roomId, host);
    const { job, token } = await admitWorker(worker, grace);
    const unused = await worker.ask<{ token: string }>("token", leased(job));
    const inside = await joinAs(server, { token });
    await server.manage("/room/endRoom", { room_id: roomId });

    const metadata = { room_title: "Again", room_features: { ...passphraseFeatures, recording_features } };
    await eventually(async () => (await server.manage("/room/create", { room_id: roomId, metadata })).status);
    const opener = await joinWith(server, roomId, host);
    await open(server, opener);
    expect(opener.answer.sessionId).not.toBe(job.sessionId);
    await expect(worker.ask("token", leased(job))).rejects.toThrow("not_allowed");
    expect(await tryJoin(server, { token: unused.token })).toMatchObject({ error: { code: "session_ended" } });
    const { cookie, answer } = inside;
    expect(await tryJoin(server, { cookie, participantId: answer.participantId })).toMatchObject({ ok: false });
    await expect(connectPerson(answer, cookie)).rejects.toThrow();
    const { wanted } = await worker.ask<{ wanted: string }>("report", { ...leased(job), state: "running" });
    expect(wanted).not.toBe("run");
  });

  it("that was forged for a room with a passphrase lets nobody in, whatever it says of the room", async () => {
    const roomId = await server.createRoom(passphraseFeatures);
    const opener = await joinWith(server, roomId, host);
    await open(server, opener);
    const jobId = randomBytes(16).toString("base64url");
    const features = {
      ...defaultRoomFeatures,
      recording_features: { ...defaultRoomFeatures.recording_features, ...recording_features },
    };
    const { sessionId: sid } = opener.answer;
    const session = { sessionId: sid, roomId, roomTitle: "Board", features };
    await server.context.jobs.start({ jobId, kind: "recording", ...session });
    const job = await worker.take();
    expect(job).toMatchObject({ jobId, sessionId: sid });
    const ask = () => worker.ask("token", leased(job ?? ({} as Job))).then(() => "let in", String);
    expect(await ask()).toContain("consent_missing");
    // Not even where the room's own record was made to say that it is recorded.
    const recording = { phase: "on", jobId, startedBy: null, since: 0 } as const;
    await server.context.state.rooms.mutate(roomId, (room) => ({ ...room, services: { ...room.services, recording } }));
    await eventually(async () => (await ask()).includes("key_model_forbids"));
    const token = server.context.serviceTokens.issue({ service: "recording", sid, room_id: roomId, job: jobId });
    expect(await tryJoin(server, { token })).toMatchObject({ error: { code: "key_model_forbids" } });
    expect((await server.context.sessions.room(roomId))?.servicesUsed).toEqual([]);
  });
});
