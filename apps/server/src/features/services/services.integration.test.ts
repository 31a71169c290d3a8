import { hkdfSync, randomUUID } from "node:crypto";
import {
  services as allServices,
  subjects,
  type JoiningService,
  type RosterEntry,
  type ServiceState,
  type Snapshot,
} from "@sotto/protocol";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { signHs256 } from "../../platform/jwt/hs256.ts";
import { RawSignalling } from "../../platform/sfu/testing/RawSignalling.ts";
import { connectPerson, enter, type Person } from "../../testing/enter.ts";
import { eventually } from "../../testing/eventually.ts";
import { joinAs, tryJoin } from "../../testing/joinAs.ts";
import { killEngine } from "../../testing/killEngine.ts";
import { host, joinWith, newPassphraseRoom, open } from "../../testing/passphraseRooms.ts";
import { startTestServer, type TestServer } from "../../testing/startTestServer.ts";
import { TestJobs } from "../../testing/TestJobs.ts";

const jobs = new TestJobs();
let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ sessions: { awaySeconds: 10 } }, { jobs });
}, 120_000);
afterAll(() => server?.[Symbol.asyncDispose]());

const transcribed = { is_allow: true, transcription_features: { is_allow: true } };
const encrypted = { end_to_end_encryption_features: { is_enabled: true }, insights_features: transcribed };

async function meeting(settings: object = {}, features: object = encrypted) {
  const roomId = await server.createRoom(features, settings);
  const grace = await enter(server, roomId, { ...host, user_id: "grace" });
  const ada = await enter(server, roomId, { name: "Ada", user_id: "ada" });
  return { roomId, grace, ada };
}

/** `ok`, or the error's code. */
async function ask(person: Person, method: "service" | "guarded" | "consent" | "local-recording", body: object) {
  const answer = await person.call(method, JSON.stringify(body));
  return answer.ok ? "ok" : answer.error.code;
}
const start = (person: Person, service = "recording") => ask(person, "service", { service, action: "start" });
const stop = (person: Person, service = "recording") => ask(person, "service", { service, action: "stop" });

async function snapshotOf(person: Person): Promise<Snapshot> {
  const answer = await person.call("snapshot");
  if (!answer.ok) throw new Error(answer.error.message);
  return answer.result as unknown as Snapshot;
}
const stateOf = async (person: Person, service: JoiningService = "recording"): Promise<ServiceState> =>
  (await snapshotOf(person)).room[service];
const entryOf = async (viewer: Person, pid: string): Promise<RosterEntry | undefined> =>
  (await snapshotOf(viewer)).participants.find(({ participantId }) => participantId === pid);

/** The run that everybody is being asked about. */
async function runOf(person: Person, service: JoiningService = "recording"): Promise<string> {
  const state = await stateOf(person, service);
  if (state.state === "off") throw new Error("nothing runs");
  return state.jobId;
}
async function guardAll(people: Person[], service: JoiningService = "recording"): Promise<string> {
  const jobId = await runOf(people[0]!, service);
  for (const person of people) expect(await ask(person, "guarded", { service, jobId })).toBe("ok");
  return jobId;
}
const isStarted = (jobId: string) => jobs.started.some((job) => job.jobId === jobId);

/** Starts a service; everybody's page is guarded, and a process takes the job. */
async function admitted(people: Person[], service: JoiningService = "recording"): Promise<string> {
  expect(await start(people[0]!, service)).toBe("ok");
  const jobId = await guardAll(people, service);
  await eventually(() => isStarted(jobId));
  return jobId;
}
async function joinAsService(jobId: string): Promise<Person> {
  const { answer, cookie } = await joinAs(server, { token: await server.context.services.tokenFor(jobId) });
  return connectPerson(answer, cookie);
}
/** Has a deadline pass without waiting for it. */
async function letTimePass(roomId: string, service: JoiningService = "recording"): Promise<void> {
  await server.context.state.rooms.mutate(roomId, (room) => {
    const run = room.services[service];
    return "until" in run ? { ...room, services: { ...room.services, [service]: { ...run, until: 0 } } } : room;
  });
}
async function signal({ answer }: Person): Promise<RawSignalling> {
  const signalling = await RawSignalling.connect(server.origin, answer.media!.token);
  onTestFinished(() => signalling.close());
  return signalling;
}
const pageOf = ({ answer }: Person) => server.context.sfu.bearerOf(answer.media!.token)!;

describe("a recording", () => {
  it("is asked about first, and begins when every page is guarded: then everybody sees what records them", async () => {
    const { grace, ada } = await meeting();
    const wish = JSON.stringify({ service: "recording", action: "start" });
    expect(await ada.mayPublish(subjects.rpc(ada.sid, ada.pid, "service"), wish)).toBe(false);
    expect(await start(grace)).toBe("ok");
    expect(await stateOf(ada)).toMatchObject({ state: "asking", startedBy: "Grace" });
    const jobId = await runOf(ada);
    expect(await ask(grace, "guarded", { service: "recording", jobId })).toBe("ok");
    await expect(server.context.services.tokenFor(jobId)).rejects.toMatchObject({ code: "consent_missing" });
    expect(isStarted(jobId)).toBe(false);
    expect(await ask(ada, "consent", { service: "recording", jobId, agreed: false })).toBe("ok");
    await eventually(async () => (await entryOf(grace, ada.pid))?.consents.recording !== undefined);
    expect(isStarted(jobId)).toBe(false);
    expect(await ask(ada, "guarded", { service: "recording", jobId })).toBe("ok");
    await eventually(() => isStarted(jobId));
    expect((await entryOf(grace, ada.pid))?.consents).toEqual({ recording: { jobId, agreed: false } });

    const recorder = await joinAsService(jobId);
    expect(recorder.answer).toMatchObject({ role: "participant", waiting: false });
    expect(recorder.answer.e2ee).toMatchObject({ model: "server", epochs: [expect.anything()] });
    expect(await entryOf(ada, recorder.pid)).toMatchObject({ service: "recorder", role: "participant" });
    const signalling = await signal(recorder);
    expect(await signalling.publish("CAMERA")).toBe("NOT_ALLOWED");
    for (const method of [
      "pub-chat",
      "pub-private",
      "file-upload",
      "hand",
      "service",
      "consent",
      "captions",
    ] as const) {
      expect(await recorder.mayPublish(subjects.rpc(recorder.sid, recorder.pid, method))).toBe(false);
    }
    expect(await stateOf(ada)).toMatchObject({ state: "asking" });
    jobs.report(jobId, "running");
    await eventually(async () => (await stateOf(ada)).state === "on");
    expect(await start(grace)).toBe("ok");
    expect(await runOf(grace)).toBe(jobId);

    const epoch = () => server.context.epochs.find(ada.sid).then((keys) => keys!.begun);
    const before = await epoch();
    expect(await stop(grace)).toBe("ok");
    await recorder.kicked();
    await eventually(() => !signalling.isOpen);
    expect(jobs.stopped).toContain(jobId);
    expect(await stateOf(ada)).toEqual({ state: "off", failure: null });
    expect(await entryOf(ada, recorder.pid)).toBeUndefined();
    await eventually(async () => (await epoch()) > before);
    await expect(server.context.services.tokenFor(jobId)).rejects.toMatchObject({ code: "consent_missing" });
  });

  it("does not begin where a page says nothing, and the host learns whose", async () => {
    const { roomId, grace, ada } = await meeting();
    expect(await start(grace)).toBe("ok");
    const jobId = await runOf(grace);
    expect(await ask(grace, "guarded", { service: "recording", jobId })).toBe("ok");
    await letTimePass(roomId);
    const failure = { code: "consent_missing", people: ["Ada"] };
    await eventually(async () => (await stateOf(ada)).state === "off");
    expect(await stateOf(grace)).toEqual({ state: "off", failure });
    expect(isStarted(jobId)).toBe(false);
    // A late word of that page begins nothing.
    expect(await ask(ada, "guarded", { service: "recording", jobId })).toBe("ok");
    expect(await stateOf(grace)).toEqual({ state: "off", failure });
  });

  it("ends where no process comes, or the one that came is lost", async () => {
    const { roomId, grace, ada } = await meeting();
    const none = await admitted([grace, ada]);
    await letTimePass(roomId);
    await eventually(async () => (await stateOf(ada)).state === "off");
    expect(await stateOf(ada)).toEqual({ state: "off", failure: { code: "unavailable", people: [] } });
    expect(jobs.stopped).toContain(none);

    const lost = await admitted([grace, ada]);
    const recorder = await joinAsService(lost);
    jobs.report(lost, "running");
    await eventually(async () => (await stateOf(ada)).state === "on");
    jobs.report(none, "failed");
    jobs.report(lost, "failed");
    await recorder.kicked();
    await eventually(async () => (await stateOf(ada)).state === "off");
  });

  it("goes on with another process, and the one before it is out", async () => {
    const { grace, ada } = await meeting();
    const jobId = await admitted([grace, ada]);
    const first = await joinAsService(jobId);
    const media = await signal(first);
    jobs.report(jobId, "running");
    await eventually(async () => (await stateOf(ada)).state === "on");
    const second = await joinAsService(jobId);
    await first.kicked();
    await eventually(() => !media.isOpen);
    const recorders = (await snapshotOf(ada)).participants.filter(({ service }) => service === "recorder");
    expect(recorders.map(({ participantId }) => participantId)).toEqual([second.pid]);
    expect(await stateOf(ada)).toMatchObject({ state: "on", jobId });
    expect((await signal(second)).isOpen).toBe(true);
  });

  it("leaves no media connection to a page that did not say that it is guarded", async () => {
    const { grace, ada } = await meeting();
    const media = await signal(ada);
    expect(await media.publish("MICROPHONE")).toBe("published");
    // Messages are lost and media goes on: this page cannot hear that there will be a recorder.
    await ada.client.close();
    await eventually(async () => (await entryOf(grace, ada.pid))?.connection === "away");
    expect(await start(grace)).toBe("ok");
    const jobId = await guardAll([grace]);
    await eventually(() => isStarted(jobId));
    await eventually(() => !media.isOpen);
    await expect(signal(ada)).rejects.toThrow("401");
    const back = await ada.reconnect();
    await expect(signal(back)).rejects.toThrow("401");
    expect(await ask(back, "guarded", { service: "recording", jobId })).toBe("ok");
    expect(await (await signal(back)).publish("MICROPHONE")).toBe("published");
    // A page that is told with its seat needs no word more.
    const ben = await enter(server, grace.answer.room.roomId, { name: "Ben", user_id: "ben" });
    expect(ben.answer.services.recording).toMatchObject({ state: "asking", jobId, startedBy: "Grace" });
    expect(await (await signal(ben)).publish("MICROPHONE")).toBe("published");
  });

  it("takes no place, is nobody to moderate or to write to, and keeps no meeting open", async () => {
    const { roomId, grace, ada } = await meeting({ max_participants: 2 });
    const jobId = await admitted([grace, ada]);
    const recorder = await joinAsService(jobId);
    for (const order of [
      { action: "set-role", participantId: recorder.pid, role: "host" },
      { action: "remove", participantId: recorder.pid, ban: false },
      { action: "spotlight", participantId: recorder.pid },
    ] as const) {
      expect(await grace.moderate(order)).toBe("not_allowed");
    }
    const letter = Buffer.concat([Buffer.alloc(16, 1), Buffer.from(recorder.pid), Buffer.alloc(1 + 40 + 1024 + 16, 1)]);
    const answer = await ada.call("pub-private", letter);
    expect(answer.ok ? "ok" : answer.error.code).toBe("not_found");
    const info = await server.manage("/room/getActiveRoomInfo", { room_id: roomId });
    expect(info["room"]).toMatchObject({ room_info: { joined_participants: "2", is_recording: 0 } });
    jobs.report(jobId, "running");
    await eventually(async () => (await stateOf(ada)).state === "on");
    const recording = await server.manage("/room/getActiveRoomInfo", { room_id: roomId });
    expect(recording["room"]).toMatchObject({ room_info: { is_recording: 1 } });
    await server.context.state.rooms.mutate(roomId, (room) => ({ ...room, emptyTimeoutMs: 100 }));
    await Promise.all([grace.call("leave"), ada.call("leave")]);
    await eventually(() => jobs.stopped.includes(jobId));
    await recorder.kicked();
  });

  it("is told of in the receipt, from when a process could hear", async () => {
    const receiptOf = async (roomId: string, sid: string) => {
      await server.manage("/room/endRoom", { room_id: roomId });
      const document = await eventually(() => server.context.receipts.find(sid));
      return JSON.parse(document) as { receipt: { neverHeld: string[]; stays: string[]; statement: string[] } };
    };
    const { roomId, grace, ada } = await meeting();
    await joinAsService(await admitted([grace, ada]));
    const { receipt } = await receiptOf(roomId, grace.sid);
    expect(receipt.neverHeld).toEqual(["transcript", "analytics"]);
    expect(receipt.stays).toContain("recording");
    expect(receipt.stays).not.toContain("transcript");
    expect(receipt.statement.join("\n")).toMatch(/stays, on purpose:[^]*- the recording/);
    const asked = await meeting();
    expect(await start(asked.grace)).toBe("ok");
    const { receipt: without } = await receiptOf(asked.roomId, asked.grace.sid);
    expect(without.neverHeld).toContain("recording");
    expect(without.stays).not.toContain("recording");
  });

  it("begins by itself with the first host, once, where the room was made so", async () => {
    const recording_features = { is_allow: true, is_allow_cloud: true, enable_auto_cloud_recording: true };
    const roomId = await server.createRoom({ recording_features });
    const ada = await enter(server, roomId, { name: "Ada" });
    expect((await stateOf(ada)).state).toBe("off");
    const grace = await enter(server, roomId, host);
    await eventually(async () => (await stateOf(ada)).state === "asking");
    expect(await stateOf(ada)).toMatchObject({ startedBy: null });
    expect(await stop(grace)).toBe("ok");
    await grace.call("leave");
    await enter(server, roomId, host);
    expect((await stateOf(ada)).state).toBe("off");
  });

  it("runs beside a transcription, each with an answer of its own", async () => {
    const { grace, ada } = await meeting();
    const recording = await admitted([grace, ada]);
    const transcription = await admitted([grace, ada], "transcription");
    expect(await ask(ada, "consent", { service: "transcription", jobId: transcription, agreed: true })).toBe("ok");
    expect(await ask(ada, "consent", { service: "recording", jobId: recording, agreed: true })).toBe("ok");
    expect((await entryOf(grace, ada.pid))?.consents).toEqual({
      recording: { jobId: recording, agreed: true },
      transcription: { jobId: transcription, agreed: true },
    });
    const transcriber = await joinAsService(transcription);
    expect(await entryOf(ada, transcriber.pid)).toMatchObject({ service: "transcriber" });
    expect(await transcriber.mayPublish(subjects.rpc(transcriber.sid, transcriber.pid, "captions"))).toBe(true);
    expect(await stop(grace, "recording")).toBe("ok");
    expect(transcriber.isConnected()).toBe(true);
    expect(await stateOf(ada, "transcription")).toMatchObject({ jobId: transcription });
  });
});

describe("who is no service", () => {
  const refusal = async (token: string) => {
    const outcome = await tryJoin(server, { token });
    return outcome.ok ? "let in" : outcome.error.code;
  };

  it("joins with no token that they make, nor with one that was used or is for a run that is over", async () => {
    const { roomId, grace, ada } = await meeting();
    const job = await admitted([grace, ada]);
    const now = Math.floor(Date.now() / 1000);
    const claims = { service: "recording", sid: grace.sid, room_id: roomId, job, nbf: now, exp: now + 60 };
    const forge = (key: string) => signHs256({ ...claims, jti: randomUUID(), iss: server.secrets.api.key }, key);
    const derived = (secret: string) =>
      Buffer.from(hkdfSync("sha256", secret, "", "sotto/service-token", 32)).toString("base64url");
    const { api, livekit } = server.secrets;
    for (const key of [api.secret, derived(api.secret), livekit.secret, derived(livekit.secret)]) {
      expect(await refusal(forge(key))).toBe("token_invalid");
    }
    const token = await server.context.services.tokenFor(job);
    const attempts = await Promise.all(Array.from({ length: 8 }, () => refusal(token)));
    expect(attempts.toSorted()).toEqual(["let in", ...Array.from({ length: 7 }, () => "token_used")]);
    const late = await server.context.services.tokenFor(job);
    expect(await stop(grace)).toBe("ok");
    expect(await refusal(late)).toBe("consent_missing");
    // Another run of the same service is another one.
    await admitted([grace, ada]);
    expect(await refusal(late)).toBe("consent_missing");
  });

  it("has nothing of a recorder's media token, before it is let in or after it was put out", async () => {
    const { grace, ada } = await meeting();
    const recorder = await joinAsService(await admitted([grace, ada]));
    const stolen = await signal(recorder);
    expect(stolen.isOpen).toBe(true);
    expect(await stop(grace)).toBe("ok");
    await eventually(() => !stolen.isOpen);
    await expect(signal(recorder)).rejects.toThrow("401");
    expect(await server.context.standings.mediaRights(pageOf(recorder))).toBeNull();
  });
});

describe("a room with a passphrase", () => {
  it("refuses every service, whatever was asked for and whoever asks, with the reason", async () => {
    const wanted = {
      end_to_end_encryption_features: { is_enabled: true, enabled_self_insert_encryption_key: true },
      recording_features: { is_allow: true, is_allow_cloud: true, enable_auto_cloud_recording: true },
      insights_features: transcribed,
      external_broadcasting_features: { is_allow: true, is_allow_rtmp: true },
    };
    const roomId = await server.createRoom(wanted);
    const opener = await joinWith(server, roomId, host);
    await open(server, opener);
    const grace = await connectPerson(opener.answer, opener.cookie);
    for (const service of allServices) {
      const answer = await grace.call("service", JSON.stringify({ service, action: "start" }));
      expect(answer).toMatchObject({ ok: false, error: { code: "key_model_forbids" } });
      expect(answer.ok ? "" : answer.error.message).toMatch(/passphrase that the server does not have/);
    }
    expect(await grace.mayPublish(subjects.rpc(grace.sid, grace.pid, "consent"))).toBe(false);
    expect(await stateOf(grace)).toEqual({ state: "off", failure: null });
  });

  it("refuses them even where its record says that one runs, for a process and its media too", async () => {
    const roomId = await newPassphraseRoom(server);
    const opener = await joinWith(server, roomId, host);
    await open(server, opener);
    const jobId = "A".repeat(22);
    const run = { phase: "on", jobId, startedBy: null, since: 0 } as const;
    await server.context.state.rooms.mutate(roomId, (room) => ({
      ...room,
      services: { ...room.services, recording: run },
    }));
    await eventually(() => server.context.state.rooms.memory.get(roomId)?.value.services.recording.phase === "on");
    await expect(server.context.services.tokenFor(jobId)).rejects.toMatchObject({ code: "key_model_forbids" });
    const { sessionId: sid } = opener.answer;
    const token = server.context.serviceTokens.issue({ service: "recording", sid, room_id: roomId, job: jobId });
    expect(await tryJoin(server, { token })).toMatchObject({ ok: false, error: { code: "key_model_forbids" } });
  });

  it("records on a host's own device as every room does, and everybody sees who does", async () => {
    const { grace, ada } = await meeting();
    expect(await ada.mayPublish(subjects.rpc(ada.sid, ada.pid, "local-recording"))).toBe(false);
    expect(await ask(grace, "local-recording", { on: true })).toBe("ok");
    expect((await entryOf(ada, grace.pid))?.localRecording).toBeGreaterThan(0);
    expect(await ask(grace, "local-recording", { on: false })).toBe("ok");
    expect((await entryOf(ada, grace.pid))?.localRecording).toBeNull();
    const roomId = await newPassphraseRoom(server);
    const opener = await joinWith(server, roomId, host);
    expect(opener.answer.permissions.rpc).toContain("local-recording");
  });
});

it("a service that is not part of this version is refused where the key would allow it", async () => {
  const { grace } = await meeting();
  expect(await start(grace, "broadcasting")).toBe("feature_disabled");
  expect(await start(grace, "ai")).toBe("feature_disabled");
});

it("nats-server is killed, and a run goes on", async () => {
  const { grace, ada } = await meeting();
  const jobId = await admitted([grace, ada]);
  jobs.report(jobId, "running");
  await eventually(async () => (await stateOf(ada)).state === "on");
  const { createdAtMs } = server.context.state.rooms;
  killEngine(server, "nats");
  const { nats, state } = server.context;
  await eventually(() => nats.isConnected() && state.rooms.createdAtMs !== createdAtMs, 20_000);
  const back = await eventually(() => grace.reconnect().catch(() => null), 20_000);
  expect(await stateOf(back)).toMatchObject({ state: "on", jobId, startedBy: "Grace" });
  expect(await stop(back)).toBe("ok");
  expect(jobs.stopped).toContain(jobId);
});
