import { createHash, randomBytes, randomUUID } from "node:crypto";
import { execFile } from "node:child_process";
import { resolve } from "node:path";
import { promisify } from "node:util";
import { eq, sql } from "drizzle-orm";
import { AccessToken } from "livekit-server-sdk";
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { mediaIdentity, type WebhookBody } from "@sotto/protocol";
import { webhookDeliveries } from "../platform/db/schema.ts";
import type { PastSession } from "../sessions/PastSessions.ts";
import { connectAs } from "../testing/connectAs.ts";
import { enter } from "../testing/enter.ts";
import { eventually } from "../testing/eventually.ts";
import { joinAs } from "../testing/joinAs.ts";
import { killEngine } from "../testing/killEngine.ts";
import { startTestServer, type TestServer } from "../testing/startTestServer.ts";
import { startWebhookTarget, type WebhookTarget } from "../testing/startWebhookTarget.ts";

let server: TestServer;
/** The room's own target and the installation's. */
let target: WebhookTarget;
let central: WebhookTarget;
const secret = () => server.secrets.api.secret;
beforeAll(async () => {
  target = await startWebhookTarget({ secret });
  central = await startWebhookTarget({ secret });
  server = await startTestServer({
    sessions: { awaySeconds: 1 },
    webhooks: { urls: [central.url], allowedNetworks: ["127.0.0.1/32"], timeoutSeconds: 2, maxDelaySeconds: 1 },
  });
}, 120_000);
afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
  await central?.[Symbol.asyncDispose]();
  await target?.[Symbol.asyncDispose]();
});
beforeEach(() => {
  for (const each of [target, central]) each.answerWith(() => 200);
});

const slowMs = 20_000;
const newRoomId = () => `room-${randomBytes(6).toString("hex")}`;
const createRoom = async (webhook_url = target.url, metadata: object = {}, room_id = newRoomId()) => {
  const answer = await server.manage("/room/create", {
    room_id,
    empty_timeout: 300,
    max_participants: 7,
    metadata: { room_title: "A title", room_features: {}, webhook_url, ...metadata },
  });
  return { roomId: room_id, answer };
};
const of = (bodies: WebhookBody[], roomId: string) => bodies.filter(({ room }) => room.room_id === roomId);
const eventsOf = (bodies: WebhookBody[], roomId: string) => of(bodies, roomId).map(({ event }) => event);
const taken = (roomId: string, event: string, at = target) =>
  eventually(() => of(at.taken, roomId).find((body) => body.event === event), slowMs);
const end = (roomId: string) => server.manage("/room/endRoom", { room_id: roomId });
/** What was given up, of one room. */
const undelivered = async (roomId: string) => {
  const { webhooks_list = [] } = await server.manage("/webhook/fetchUndelivered");
  return (webhooks_list as Record<string, unknown>[]).filter(({ room_id }) => room_id === roomId);
};

describe("the webhooks of a meeting", () => {
  it("come signed and in order, to the room's address and to the installation's, and hold what is known", async () => {
    const { roomId } = await createRoom(target.url, { extra_data: { theirs: "word" } });
    const ada = await enter(server, roomId, { name: "Ada", user_id: "ada", user_metadata: { ex_user_id: "7" } });
    await ada.call("leave").catch(() => undefined);
    await taken(roomId, "participant_left");
    await end(roomId);
    await taken(roomId, "room_finished");
    await taken(roomId, "room_finished", central);
    const story = [
      "room_created",
      "room_started",
      "participant_joined",
      "participant_left",
      "session_ended",
      "artifact_created",
      "room_finished",
    ];
    expect(eventsOf(target.taken, roomId)).toEqual(story);
    expect(of(central.taken, roomId)).toEqual(of(target.taken, roomId));

    const [created, , joined, left, , artifact] = of(target.taken, roomId);
    expect(created?.room).toMatchObject({
      sid: ada.sid,
      room_id: roomId,
      empty_timeout: 300,
      max_participants: 7,
      num_participants: 0,
    });
    const metadata = JSON.parse(created?.room.metadata ?? "") as Record<string, unknown>;
    expect(metadata).toMatchObject({ room_title: "A title", webhook_url: "", extra_data: { theirs: "word" } });
    expect(joined).toMatchObject({
      room: { num_participants: 1 },
      participant: { sid: ada.pid, identity: "ada", name: "Ada", state: "ACTIVE" },
    });
    expect(joined?.participant?.metadata).toContain(`"ex_user_id":"7"`);
    expect(left).toMatchObject({
      participant: { identity: "ada", state: "DISCONNECTED" },
      room: { num_participants: 0 },
    });
    expect(artifact?.room_artifact).toMatchObject({
      type: "UNKNOWN_ARTIFACT",
      metadata: { file_info: { mime_type: expect.any(String) as string } },
    });
    expect(new Set(of(target.taken, roomId).map(({ id }) => id)).size).toBe(story.length);
    // The integrator's secret in the address is not told to others, nor written down.
    expect(JSON.stringify(central.taken) + server.logs()).not.toContain("integrators-secret");
  });

  it("tell of what recorder and analytics say, in the shapes of plugNmeet", async () => {
    const { roomId } = await createRoom();
    const room = (await server.context.sessions.room(roomId))!;
    const { events } = server.context;
    const running = { recordId: "r1", recorderId: "node_1", message: "", filePath: null, fileSizeBytes: null };
    const finished = { ...running, message: "done", filePath: "a/r1.mp4", fileSizeBytes: 1_500_000 };
    await events.emit({ name: "recordingStarted", room, recording: running });
    await events.emit({ name: "recordingEnded", room, recording: running });
    await events.emit({ name: "rtmpStarted", room, recording: running });
    await events.emit({ name: "rtmpEnded", room, recording: running });
    await end(roomId);
    // Long after the end there is the durable row.
    const past: PastSession = {
      sessionId: room.sessionId,
      owner: "main",
      roomId,
      roomTitle: room.title,
      webhookUrl: room.webhookUrl,
      joinedParticipants: 0,
      createdAt: new Date(5_000),
      endedAt: new Date(9_000),
      endReason: "empty",
      wiped: true,
      leftovers: [],
    };
    await events.emit({ name: "recordingProceeded", room: past, recording: finished });
    await events.emit({ name: "analyticsProceeded", room: past, fileId: "f1" });
    await taken(roomId, "analytics_proceeded");
    expect(eventsOf(target.taken, roomId)).toEqual([
      "room_created",
      "start_recording",
      "end_recording",
      "start_rtmp",
      "end_rtmp",
      "session_ended",
      "room_finished",
      "recording_proceeded",
      "analytics_proceeded",
    ]);
    const { recording_info } = await taken(roomId, "recording_proceeded");
    expect(recording_info).toEqual({
      record_id: "r1",
      recorder_id: "node_1",
      recorder_msg: "done",
      file_path: "a/r1.mp4",
      file_size: 1.5,
    });
    expect((await taken(roomId, "start_recording")).recording_info).toEqual({
      record_id: "r1",
      recorder_id: "node_1",
      recorder_msg: "",
    });
    expect((await taken(roomId, "analytics_proceeded")).analytics).toEqual({ file_id: "f1" });
  });

  it("tell of tracks as the media server reports them, after their owner has joined, and believe nobody else", async () => {
    const { roomId } = await createRoom();
    const { answer } = await joinAs(server, { token: await server.joinToken(roomId) });
    const report = async (event: string, key: string, body?: string) => {
      const track = { sid: "TR_1", type: "AUDIO", source: "MICROPHONE", mimeType: "audio/opus" };
      const identity = mediaIdentity(answer.participantId, "nonce");
      const text = JSON.stringify({ event, room: { name: answer.sessionId }, participant: { identity }, track });
      const token = new AccessToken(server.secrets.livekit.key, key, { ttl: 60 });
      token.sha256 = createHash("sha256").update(text).digest("base64");
      const authorization = await token.toJwt();
      const headers = { authorization, "content-type": "application/webhook+json" };
      return (await fetch(`${server.origin}/sfu/events`, { method: "POST", headers, body: body ?? text })).status;
    };
    expect(await report("track_published", "x".repeat(40))).toBe(401);
    expect(await report("track_published", server.secrets.livekit.secret, "{}")).toBe(401);
    expect((await fetch(`${server.origin}/sfu/events`, { method: "POST", body: "{}" })).status).toBe(401);
    const published = report("track_published", server.secrets.livekit.secret);
    const page = await enter(server, roomId, { name: "Grace", user_id: "grace" });
    const ada = await connectAs(answer);
    onTestFinished(() => ada.client.close());
    expect(await published).toBe(200);
    expect(await report("track_unpublished", server.secrets.livekit.secret)).toBe(200);
    await page.call("leave").catch(() => undefined);
    await taken(roomId, "participant_left");
    const told = of(target.taken, roomId).filter(({ participant }) => participant?.identity === "ada");
    expect(told.map(({ event }) => event)).toEqual(["participant_joined", "track_published", "track_unpublished"]);
    expect(told[1]?.track).toMatchObject({ sid: "TR_1", source: "MICROPHONE", mime_type: "audio/opus" });
    expect(told[1]?.participant?.tracks).toEqual([told[1]?.track]);
  });

  it("are reported by the media server that this node runs", async () => {
    const reports = () => server.logs().split('"route":"/sfu/events","status":200').length;
    const { roomId } = await createRoom();
    const before = reports();
    // It tells that the room is there, which concerns nobody, and of tracks in the same way: proof P2 waits for one.
    await joinAs(server, { token: await server.joinToken(roomId) });
    await eventually(() => reports() > before);
  });
});

describe("a target that does not take them", () => {
  it("gets them again, in order, and holds up no other room", async () => {
    const other = await startWebhookTarget({ secret });
    onTestFinished(() => other[Symbol.asyncDispose]());
    const failingId = newRoomId();
    let failures = 0;
    target.answerWith(({ room }) => {
      if (room.room_id !== failingId) return 200;
      failures += 1;
      return failures <= 2 ? 503 : failures === 3 ? 302 : 200;
    });
    other.answerWith(() => "nothing");
    const dead = await createRoom(other.url);
    const failing = await createRoom(target.url, {}, failingId);
    await enter(server, failing.roomId, { name: "Ada", user_id: "ada" });
    await end(failing.roomId);
    await end(dead.roomId);
    const story = ["room_created", "room_started", "participant_joined", "participant_left", "session_ended"];
    await taken(failing.roomId, "room_finished");
    expect(eventsOf(target.taken, failing.roomId)).toEqual([...story, "artifact_created", "room_finished"]);
    expect(eventsOf(target.attempts, failing.roomId).slice(0, 4)).toEqual(Array(4).fill("room_created"));
    expect(new Set(eventsOf(other.attempts, dead.roomId))).toEqual(new Set(["room_created"]));
    // The same event has the same id, however often it comes.
    expect(
      new Set(
        of(target.attempts, failing.roomId)
          .slice(0, 4)
          .map(({ id }) => id),
      ).size,
    ).toBe(1);
    other.answerWith(() => 200);
    await taken(dead.roomId, "room_finished", other);
    expect(eventsOf(other.taken, dead.roomId)).toEqual(["room_created", "session_ended", "room_finished"]);
  });

  it("may come back after nats-server was lost meanwhile", async () => {
    target.answerWith(() => 500);
    const { roomId } = await createRoom();
    const { context } = server;
    const { createdAtMs } = context.state.rooms;
    killEngine(server, "nats");
    await eventually(() => context.nats.isConnected() && context.state.rooms.createdAtMs !== createdAtMs, slowMs);
    await end(roomId);
    target.answerWith(() => 200);
    await taken(roomId, "room_finished");
    expect(eventsOf(target.taken, roomId)).toEqual(["room_created", "session_ended", "room_finished"]);
  });

  it("is given up after a while: what it did not take is listed, kept sealed, and sent again when somebody says so", async () => {
    target.answerWith(() => 418);
    const { roomId } = await createRoom();
    await end(roomId);
    const { database } = server.context;
    const rows = () => database.sql.execute(sql`select * from webhook_deliveries where room_id = ${roomId}`);
    const stored = JSON.stringify(await rows());
    expect(stored).toContain(roomId);
    for (const secretText of ["A title", "127.0.0.1", "integrators"]) expect(stored).not.toContain(secretText);
    await database.sql.execute(sql`update webhook_deliveries set give_up_at = now() where room_id = ${roomId}`);
    const list = await eventually(async () => {
      const found = await undelivered(roomId);
      return found.length === 3 ? found : null;
    }, slowMs);
    expect(list[0]).toMatchObject({ target: new URL(target.url).origin, fault: "status_418" });
    expect(new Set(list.map(({ event }) => event))).toEqual(
      new Set(["room_created", "session_ended", "room_finished"]),
    );
    expect(eventsOf(central.taken, roomId)).toEqual(["room_created", "session_ended", "room_finished"]);

    const program = async (...words: string[]) => {
      const file = resolve(import.meta.dirname, "../../../../tools/webhooks.mjs");
      const env = { ...process.env, SOTTO_DATA_DIR: server.dataDir, SOTTO_API_KEY: "", SOTTO_API_SECRET: "" };
      const { stdout } = await promisify(execFile)(process.execPath, [file, ...words, "--url", server.origin], { env });
      return stdout;
    };
    expect(await program("list")).toContain(`session_ended  ${roomId}`);
    target.answerWith(() => 200);
    expect(await program("resend", String(list[2]?.["id"]))).toContain("1 ");
    expect((await taken(roomId, String(list[2]?.["event"]))).id).toBe(list[2]?.["id"]);
    expect(await program("resend", "--all")).toMatch(/[2-9]/);
    await eventually(() => eventsOf(target.taken, roomId).length === 3, slowMs);
    expect(eventsOf(target.taken, roomId).toSorted()).toEqual(["room_created", "room_finished", "session_ended"]);
    await eventually(async () => (await undelivered(roomId)).length === 0);
    expect(await program("list")).not.toContain(roomId);
  });
});

describe("somebody who is erased", () => {
  const erase = (user_id: string) => server.manage("/analytics/eraseUser", { user_id });
  const rowsOf = async (roomId: string) => {
    const { sql: database } = server.context.database;
    return (await database.select().from(webhookDeliveries)).filter((row) => row.roomId === roomId);
  };

  it("is in no webhook that waits or was given up, to whichever address; the others' come", async () => {
    for (const each of [target, central]) each.answerWith(() => 500);
    const { database, webhooks } = server.context;
    const { roomId } = await createRoom(target.url, { room_features: { auto_gen_user_id: false } });
    for (const user_id of ["erased", "grace"]) {
      const person = await enter(server, roomId, { name: user_id, user_id });
      await person.call("leave").catch(() => undefined);
    }
    const generated = await createRoom(target.url, { room_features: { auto_gen_user_id: true } });
    await enter(server, generated.roomId, { name: "erased", user_id: "erased" });
    // Created, started, two who came and went; of the other room three: for each of two addresses.
    await eventually(async () => (await rowsOf(roomId)).length === 12, slowMs);
    await eventually(async () => (await rowsOf(generated.roomId)).length === 6, slowMs);
    const [, , joined] = await rowsOf(roomId);
    await database.sql
      .update(webhookDeliveries)
      .set({ deadAt: new Date() })
      .where(eq(webhookDeliveries.eventId, joined!.eventId));
    // What no secret opens any more could be about anybody.
    const strange = { lane: "strange", event: "participant_left", sealed: "AAAA", giveUpAt: new Date(4e12) };
    await database.sql.insert(webhookDeliveries).values([
      { ...strange, eventId: randomUUID(), roomId },
      { ...strange, eventId: randomUUID(), roomId: `school=${roomId}` },
    ]);

    // Of another client's rooms it erases nothing, whatever it is called.
    for (const [owner, userId] of [
      ["clinic", "erased"],
      ["main", "' or true --"],
    ] as const) {
      const before = (await rowsOf(roomId)).length;
      const ofOwner = owner === "main" ? 1 : 0;
      expect(await webhooks.eraseUser(owner, userId)).toBe(ofOwner);
      expect((await rowsOf(roomId)).length).toBe(before - ofOwner);
    }
    expect(await erase("erased")).toMatchObject({ status: true, files: "0", sessions: "0", webhooks: "6" });
    expect(await erase("erased")).toMatchObject({ status: true, webhooks: "0" });
    expect((await rowsOf(`school=${roomId}`)).length).toBe(1);

    for (const each of [target, central]) each.answerWith(() => 200);
    await webhooks.resend([]);
    for (const each of [roomId, generated.roomId]) await end(each);
    for (const at of [target, central]) {
      await taken(roomId, "room_finished", at);
      await taken(generated.roomId, "room_finished", at);
      expect(of(at.taken, roomId).flatMap(({ participant }) => participant?.identity ?? [])).toEqual([
        "grace",
        "grace",
      ]);
      const story = eventsOf(at.taken, generated.roomId);
      // They were still there: that they went was told afterwards.
      expect(story.filter((event) => event.startsWith("participant"))).toEqual(["participant_left"]);
    }
    await database.sql.delete(webhookDeliveries);
  });

  it("is not said to be so while it cannot be looked at", async () => {
    const { database } = server.context;
    await database.sql.execute(sql`alter table webhook_deliveries rename to webhook_deliveries_away`);
    const { roomId } = await createRoom();
    const answer = await erase("erased");
    await database.sql.execute(sql`alter table webhook_deliveries_away rename to webhook_deliveries`);
    expect(answer).toMatchObject({ status: false, status_code: "INTERNAL_SERVER_ERROR" });
    await taken(roomId, "room_created");
    await end(roomId);
  });
});

describe("an address for webhooks", () => {
  it.each([
    ["ftp://hooks.example/x", "http or https"],
    ["http://", "http or https"],
    ["https://user:word@hooks.example/", "user name or password"],
    ["http://10.0.0.1/", "10.0.0.1 is not a public address"],
    ["http://169.254.169.254/latest/meta-data", "169.254.169.254 is not a public address"],
    ["http://0xa9fea9fe/", "169.254.169.254 is not a public address"],
    ["http://[::1]:8080/", "::1 is not a public address"],
    ["http://[::ffff:10.0.0.1]/", "is not a public address"],
    ["http://127.0.0.2/", "webhooks.allowedNetworks"],
  ])("%s is refused when the room is created, with a reason", async (url, reason) => {
    const { roomId, answer } = await createRoom(url);
    expect(answer).toMatchObject({ status: false, status_code: "INVALID_PARAMETERS" });
    expect(answer.msg).toContain(reason);
    expect(await server.context.sessions.room(roomId)).toBeNull();
  });
});
