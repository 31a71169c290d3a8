import { execFileSync } from "node:child_process";
import { randomBytes, randomUUID } from "node:crypto";
import { readdirSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { defaultRoomFeatures, type Job } from "@sotto/protocol";
import { PlugNmeet } from "plugnmeet-sdk-js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connectAs } from "../../testing/connectAs.ts";
import { connectWorker, type TestWorker } from "../../testing/connectWorker.ts";
import { joinAs } from "../../testing/joinAs.ts";
import { startTestServer, type TestServer } from "../../testing/startTestServer.ts";
import type { JobProgress, JobRequest } from "./Jobs.ts";

let server: TestServer;
let worker: TestWorker;
const heard: JobProgress[] = [];
beforeAll(async () => {
  server = await startTestServer();
  worker = await connectWorker(server);
  server.context.jobs.onProgress((progress) => heard.push(progress));
});
afterAll(async () => {
  await worker[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

/** A job in a room of its own, which nobody has taken. */
async function newJob(change: Partial<JobRequest> = {}): Promise<JobRequest> {
  const roomId = await server.createRoom();
  const room = await server.context.sessions.room(roomId);
  const jobId = randomBytes(16).toString("base64url");
  const session = { sessionId: room?.sessionId ?? "", roomId, roomTitle: "Board", features: defaultRoomFeatures };
  const request: JobRequest = { jobId, kind: "recording", ...session, ...change };
  await server.context.jobs.start(request);
  return request;
}

async function taken(): Promise<Job> {
  const job = await worker.take();
  if (job === null) throw new Error("there is no job to take");
  return job;
}
const report = (job: Pick<Job, "jobId" | "lease">, state: string) =>
  worker.ask<{ wanted: string }>("report", { jobId: job.jobId, lease: job.lease, state });
const statesOf = (jobId: string) => heard.filter((each) => each.jobId === jobId).map(({ state }) => state);
const lease = randomBytes(32).toString("base64url");

describe("a job", () => {
  it("goes from its start to its end, and each step is told once", async () => {
    const news = worker.connection.subscribe("j.news", { max: 1 });
    const { jobId, roomId, sessionId } = await newJob();
    for await (const _ of news) break;
    const job = await taken();
    expect(job).toMatchObject({ jobId, roomId, sessionId, kind: "recording", roomTitle: "Board", part: 1 });
    expect(await report(job, "joined")).toEqual({ wanted: "run" });
    for (let beat = 0; beat < 3; beat++) expect(await report(job, "running")).toEqual({ wanted: "run" });
    await server.context.jobs.stop(jobId);
    expect(await report(job, "running")).toEqual({ wanted: "stop" });
    await report(job, "finished");
    expect(await report(job, "running")).toEqual({ wanted: "abandon" });
    expect(statesOf(jobId)).toEqual(["taken", "joined", "running", "finished"]);
    expect(await server.context.state.jobs.get(jobId)).toBeNull();
  });

  it("is taken by one of many who ask at once, and by nobody of another kind", async () => {
    await newJob();
    const others = await Promise.all(Array.from({ length: 4 }, () => connectWorker(server)));
    expect(await worker.take("transcription")).toBeNull();
    const answers = await Promise.all(others.flatMap((each) => Array.from({ length: 8 }, () => each.take())));
    const jobs = answers.flatMap((job) => job ?? []);
    expect(jobs).toHaveLength(1);
    for (const job of jobs) await report(job, "finished");
    await Promise.all(others.map((each) => each[Symbol.asyncDispose]()));
  });

  it("is over at once where it is stopped before anybody took it, or its session is gone", async () => {
    const { jobId } = await newJob();
    await server.context.jobs.stop(jobId);
    expect(statesOf(jobId)).toEqual(["finished"]);
    const { jobId: orphan, roomId } = await newJob();
    await server.manage("/room/endRoom", { room_id: roomId });
    await expect.poll(() => statesOf(orphan)).toEqual(["finished"]);
  });

  it("fails where nobody takes it", async () => {
    const { jobId } = await newJob();
    await server.context.jobs.sweep(Date.now() + 19_000);
    expect(statesOf(jobId)).toEqual([]);
    await expect
      .poll(async () => {
        await server.context.jobs.sweep(Date.now() + 21_000);
        return statesOf(jobId);
      })
      .toEqual(["failed"]);
    expect(await worker.take()).toBeNull();
  });

  it("goes on with another part where a recorder dies, whose lease is over then", async () => {
    const { jobId } = await newJob();
    const first = await taken();
    await report(first, "running");
    await expect
      .poll(async () => {
        await server.context.jobs.sweep(Date.now() + 16_000);
        return (await server.context.state.jobs.get(jobId))?.value.phase.name;
      })
      .toBe("waiting");
    const second = await taken();
    expect([second.jobId, second.part]).toEqual([jobId, 2]);
    expect(await report(first, "running")).toEqual({ wanted: "abandon" });
    expect(await report(second, "running")).toEqual({ wanted: "run" });
    await report(second, "finished");
    expect(statesOf(jobId)).toEqual(["taken", "running", "taken", "running", "finished"]);
  });

  it("of a transcriber that dies has failed", async () => {
    const { jobId } = await newJob({ kind: "transcription" });
    await worker.take("transcription");
    await expect
      .poll(async () => {
        await server.context.jobs.sweep(Date.now() + 16_000);
        return statesOf(jobId);
      })
      .toEqual(["taken", "failed"]);
  });

  it("is refused where the installation has nobody for it", async () => {
    server.context.jobs.refuse("transcription", "no transcriber here");
    await expect(newJob({ kind: "transcription" })).rejects.toMatchObject({ code: "not_allowed" });
  });
});

describe("a worker", () => {
  it("gets a token for the job it has the lease of while that may come in, and for no other", async () => {
    const roomId = await server.createRoom();
    const { answer } = await joinAs(server, { token: await server.joinToken(roomId) });
    await connectAs(answer);
    const { jobId } = await newJob({ roomId, sessionId: answer.sessionId });
    const job = await taken();
    const token = () => worker.ask("token", { jobId, lease: job.lease });
    await expect(token()).rejects.toThrow("consent_missing");
    const until = Date.now() + 60_000;
    const recording = { phase: "admitting", jobId, startedBy: null, since: Date.now(), until } as const;
    await server.context.state.rooms.mutate(roomId, (record) => ({
      ...record,
      services: { ...record.services, recording },
    }));
    await expect.poll(() => token().catch(String)).toEqual({ token: expect.any(String) as string });
    await expect(worker.ask("token", { jobId: job.jobId, lease })).rejects.toThrow("not_allowed");
    await expect(worker.ask("token", { jobId: randomBytes(16).toString("base64url"), lease })).rejects.toThrow(
      "not_allowed",
    );
    expect(await report({ jobId: job.jobId, lease }, "finished")).toEqual({ wanted: "abandon" });
    await server.context.jobs.stop(job.jobId);
    await expect(worker.ask("token", { jobId: job.jobId, lease: job.lease })).rejects.toThrow("not_allowed");
  });

  it("cannot have an answer written anywhere but into its inbox", async () => {
    const written: string[] = [];
    worker.connection.subscribe("_W.*.>", { callback: (_, { subject }) => void written.push(subject) });
    const news = worker.connection.subscribe("j.news");
    const body = JSON.stringify({ kind: "recording" });
    for (const reply of ["j.news", "j.take", "m.s.state.ended", "_I.x.r.y", "_C.jobs.x", "_W.x", "_W.>", "_W.*.x"]) {
      worker.connection.publish("j.take", body, { reply });
    }
    await worker.take();
    expect(written).toHaveLength(1);
    expect(news.getReceived()).toBe(0);
  });

  it.each(["", "{", "[]", '{"kind":"recording","more":1}', '{"kind":"anything"}', "x".repeat(40_000)])(
    "is told that %.20s is no request",
    async (body) => {
      await expect(worker.ask("take", body)).rejects.toThrow(/body_(invalid|too_large)/);
    },
  );
});

describe("recordings", () => {
  const bytes = randomBytes(1_000);
  async function stored(roomId: string, sessionId: string, startedAt = Date.now(), ending = ".mp4"): Promise<string> {
    const recordingId = randomUUID();
    const fileName = `${recordingId}${ending}`;
    await writeFile(join(server.dataDir, "recordings", fileName), bytes);
    const file = { recordingId, fileName, sizeBytes: 7, durationMs: 60_000 };
    const recording = { ...file, roomId, sessionId, startedAt };
    // A recorder that did not hear the answer says it again.
    for (let time = 0; time < 2; time++) await worker.ask("stored", recording);
    return recordingId;
  }
  const sessionOf = async (roomId: string) => (await server.context.sessions.room(roomId))?.sessionId ?? "";

  it("are what the unmodified SDK 1.4.1 lists, downloads and deletes", async () => {
    const sdk = new PlugNmeet(server.origin, server.secrets.api.key, server.secrets.api.secret);
    expect((await sdk.fetchRecordings({ room_ids: [] })).status).toBe(false);
    const roomId = await server.createRoom();
    const sessionId = await sessionOf(roomId);
    const olderAt = Date.now() - 60_000;
    const [older, newer] = [await stored(roomId, sessionId, olderAt), await stored(roomId, sessionId)];
    const list = await sdk.fetchRecordings({ room_ids: [roomId], order_by: "ASC" });
    expect(list).toMatchObject({
      status: true,
      result: { total_recordings: "2", from: 0, limit: 20, order_by: "ASC" },
    });
    expect(list.result?.recordings_list.map(({ record_id }) => record_id)).toEqual([older, newer]);
    expect(list.result?.recordings_list[0]).toEqual({
      record_id: older,
      room_id: roomId,
      room_sid: sessionId,
      file_path: `${older}.mp4`,
      file_size: 0,
      creation_time: String(Math.floor(olderAt / 1000)),
      room_creation_time: expect.stringMatching(/^\d{10}$/) as string,
    });

    const { token } = await sdk.getRecordingDownloadToken({ record_id: older });
    const address = `${server.origin}/download/recording/${token}`;
    const get = (headers: Record<string, string> = {}, method = "GET") => fetch(address, { method, headers });
    const whole = await get();
    expect([whole.status, whole.headers.get("content-type")]).toEqual([200, "video/mp4"]);
    expect(Buffer.from(await whole.arrayBuffer())).toEqual(bytes);
    const parts = [await get({ range: "bytes=10-19" }), await get({ range: "bytes=-5" })];
    expect(parts.map(({ status }) => status)).toEqual([206, 206]);
    expect(await Promise.all(parts.map(async (part) => Buffer.from(await part.arrayBuffer())))).toEqual([
      bytes.subarray(10, 20),
      bytes.subarray(-5),
    ]);
    expect((await get({ range: "bytes=1000-" })).status).toBe(416);
    expect((await get({}, "HEAD")).headers.get("content-length")).toBe("1000");

    expect((await sdk.deleteRecordings({ record_id: older })).status).toBe(true);
    expect((await get()).status).toBe(404);
    expect((await sdk.deleteRecordings({ record_id: older })).status).toBe(false);
    expect(await server.context.recordings.files.sizeBytes(`${older}.mp4`)).toBeNull();
  });

  it("take what an integrator attaches, and say which meeting they are of", async () => {
    const roomId = await server.createRoom();
    const { answer } = await joinAs(server, { token: await server.joinToken(roomId) });
    await connectAs(answer);
    const record_id = await stored(roomId, await sessionOf(roomId), Date.now(), ".mp4.age");
    const update = (metadata: object) => server.manage("/recording/updateMetadata", { record_id, metadata });
    await update({ title: "Board", extra_data: { case: "7", owner: "x" } });
    expect(await update({ description: "Quarterly", extraData: { owner: "" } })).toMatchObject({ status: true });
    expect(await server.manage("/recording/info", { record_id })).toMatchObject({
      status: true,
      recording_info: {
        file_path: `${record_id}.mp4.age`,
        metadata: { title: "Board", description: "Quarterly", extra_data: { case: "7" } },
      },
    });
    await server.manage("/room/endRoom", { room_id: roomId });
    expect(await server.manage("/recording/info", { record_id })).toMatchObject({ room_info: { room_id: roomId } });
    const { token } = await server.manage("/recording/getDownloadToken", { record_id });
    const file = await fetch(`${server.origin}/download/recording/${token as string}`);
    expect([file.headers.get("content-type"), file.headers.get("content-disposition")]).toEqual([
      "application/octet-stream",
      expect.stringMatching(/^attachment; filename="recording-[\d-]+\.mp4\.age"$/),
    ]);
  });

  it("are only what lies in their folder under their own name", async () => {
    const roomId = await server.createRoom();
    const other = await stored(roomId, await sessionOf(roomId));
    const recordingId = randomUUID();
    const base = { recordingId, sizeBytes: 1, durationMs: 1, roomId: "room", sessionId: "A".repeat(22), startedAt: 1 };
    for (const fileName of [`${recordingId}.mp4`, "../../secrets.json", `${other}.mp4`, `../${recordingId}.mp4`]) {
      await expect(worker.ask("stored", { ...base, fileName })).rejects.toThrow("body_invalid");
    }
    expect(await server.context.recordings.find(recordingId)).toBeNull();
    expect((await fetch(`${server.origin}/download/recording/x.y.z`)).status).toBe(401);
  });

  it("of one room become one file, whose parts stay", async () => {
    const roomId = await server.createRoom();
    const sid = await sessionOf(roomId);
    const firstAt = Date.now() - 60_000;
    const second = await stored(roomId, sid, firstAt + 10_000);
    const first = await stored(roomId, sid, firstAt);
    for (const [recordingId, hertz] of [
      [first, 300],
      [second, 600],
    ] as const) {
      const sound = ["-f", "lavfi", "-i", `sine=frequency=${hertz}:duration=2`, "-c:a", "aac"];
      execFileSync("ffmpeg", ["-v", "error", ...sound, "-y", join(server.dataDir, "recordings", `${recordingId}.mp4`)]);
    }
    const merge = (request: object) => server.manage("/recording/mergeRecordings", request);
    const { record_id } = await merge({ byIds: { recordIds: [second, first] } });
    expect(await merge({ by_session: { room_sid: "B".repeat(22) } })).toMatchObject({ status_code: "NOT_FOUND" });
    expect(await merge({})).toMatchObject({ status_code: "INVALID_PARAMETERS" });
    const merged = await server.context.recordings.find(record_id as string);
    expect(merged).toMatchObject({
      roomId,
      sessionId: sid,
      durationMs: 120_000,
      startedAt: new Date(firstAt),
    });
    const file = join(server.dataDir, "recordings", merged?.fileName ?? "");
    const args = ["-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0", file];
    expect(Number(execFileSync("ffprobe", args, { encoding: "utf8" }))).toBeCloseTo(4, 0);
    expect(readdirSync(join(server.dataDir, "recordings")).filter((name) => name.startsWith("."))).toEqual([]);

    const sealed = await stored(roomId, sid, Date.now(), ".mp4.age");
    expect(await merge({ by_ids: { record_ids: [first, sealed] } })).toMatchObject({
      status_code: "INVALID_PARAMETERS",
    });
    const elsewhere = await server.createRoom();
    const foreign = await stored(elsewhere, await sessionOf(elsewhere));
    expect(await merge({ by_ids: { record_ids: [first, foreign] } })).toMatchObject({
      status_code: "INVALID_PARAMETERS",
    });
  });

  it("are deleted, file and record, when they were kept for long enough", async () => {
    const roomId = await server.createRoom();
    const sid = await sessionOf(roomId);
    const dayMs = 24 * 3_600_000;
    const [old, young] = [
      await stored(roomId, sid, Date.now() - 91 * dayMs),
      await stored(roomId, sid, Date.now() - 89 * dayMs),
    ];
    await server.context.recordings.purge();
    expect(await server.context.recordings.find(old)).toBeNull();
    expect(await server.context.recordings.files.sizeBytes(`${old}.mp4`)).toBeNull();
    expect(await server.context.recordings.find(young)).not.toBeNull();
  });
});
