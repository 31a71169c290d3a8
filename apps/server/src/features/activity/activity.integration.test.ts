import { randomBytes } from "node:crypto";
import {
  analyticsFileSchema,
  lobbyAnswerSchema,
  signedReceiptSchema,
  type ActivityReport,
  type AnalyticsFile,
  type AnalyticsInfo,
} from "@sotto/protocol";
import { sql } from "drizzle-orm";
import { PlugNmeet } from "plugnmeet-sdk-js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { artifacts } from "../../platform/db/schema.ts";
import { participantKey } from "../../sessions/ParticipantRecord.ts";
import type { SessionEvent } from "../../sessions/SessionEvents.ts";
import { connectPerson, type Person } from "../../testing/enter.ts";
import { eventually } from "../../testing/eventually.ts";
import { joinAs } from "../../testing/joinAs.ts";
import { killEngine } from "../../testing/killEngine.ts";
import { sealedMessage } from "../../testing/sealedMessage.ts";
import { startTestServer, type TestServer } from "../../testing/startTestServer.ts";

let server: TestServer;
let other: TestServer;
beforeAll(async () => {
  server = await startTestServer();
  other = await server.secondNode({ analytics: { allowed: false } });
});
afterAll(async () => {
  await other[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

const withAnalytics = {
  enable_analytics: true,
  end_to_end_encryption_features: { is_enabled: true },
  // Later locked for all, which counts.
  allow_reactions: true,
};

interface Choice {
  analytics?: boolean;
  node?: TestServer;
}
const enter = async (roomId: string, person: object, { analytics, node = server }: Choice = {}): Promise<Person> => {
  const token = await server.joinToken(roomId, person);
  const { answer, cookie } = await joinAs(node, { token, ...(analytics !== undefined && { analytics }) });
  return connectPerson(answer, cookie);
};
const inIt = { analytics: true };
const lobbyOf = async (authorization: string) => {
  const response = await fetch(`${server.origin}/api/lobby`, { headers: { authorization } });
  return lobbyAnswerSchema.parse(await response.json());
};

const page = () => randomBytes(16).toString("base64url");
const quiet = { microphone: false, camera: false, screen: false, talkedMs: 0, reactions: 0 };
const report = async (person: Person, said: ActivityReport) => {
  expect(await person.call("activity", JSON.stringify(said))).toEqual({ ok: true, result: {} });
};
const say = async (person: Person) => {
  expect(await person.call("pub-chat", sealedMessage())).toMatchObject({ ok: true });
};
const whisper = async (person: Person, peer: Person) => {
  const message = sealedMessage();
  const body = Buffer.concat([message.subarray(0, 16), Buffer.from(peer.pid), message.subarray(16)]);
  expect(await person.call("pub-private", body)).toMatchObject({ ok: true });
};
const sendFile = async (person: Person) => {
  const announced = await person.call("file-upload", JSON.stringify({ bytes: 3 }));
  if (!announced.ok) throw new Error(announced.error.message);
  const { fileId, uploadToken } = announced.result as { fileId: string; uploadToken: string };
  const headers = { authorization: `Bearer ${uploadToken}`, "content-type": "application/octet-stream" };
  const { status } = await fetch(`${server.origin}/api/files/${fileId}`, { method: "PUT", headers, body: "abc" });
  expect(status).toBe(201);
};
const end = (room_id: string, node = server) => node.manage("/room/endRoom", { room_id });

const noted = async ({ sid, pid }: Person) => {
  await server.context.activity.settled();
  return (await server.context.state.activity.get(participantKey(sid, pid)))?.value ?? null;
};
const fileOf = async (sessionId: string): Promise<AnalyticsFile | null> => {
  const artifact = await server.context.artifacts.ofSession(sessionId, "ANALYTICS");
  return artifact && analyticsFileSchema.parse(JSON.parse(artifact.content));
};
/** Totals by event of each user. */
const totals = (file: AnalyticsFile | null) =>
  Object.fromEntries(
    (file?.users ?? []).map(({ user_id, events }) => [
      user_id,
      Object.fromEntries(events.map(({ name, total }) => [name, total])),
    ]),
  );

describe("a room without statistics", () => {
  it("has none: nobody is asked, nothing is noted, nobody may report, nothing is written", async () => {
    const room = await server.createRoom();
    const token = await server.joinToken(room, {});
    expect(await lobbyOf(`Bearer ${token}`)).toMatchObject({ analytics: null });
    // Whatever a page says.
    const ada = await enter(room, { is_admin: true }, inIt);
    await say(ada);
    await ada.call("hand", JSON.stringify({ raised: true }));
    expect(await ada.mayPublish(`m.${ada.sid}.rpc.${ada.pid}.activity`)).toBe(false);
    expect(ada.answer.permissions.rpc).not.toContain("activity");
    await server.context.activity.settled();
    expect(await server.context.state.activity.count(ada.sid)).toBe(0);
    await end(room);
    expect(await fileOf(ada.sid)).toBeNull();
    const { result } = await server.manage("/room/fetchPastRooms", { room_ids: [room] });
    expect(JSON.stringify(result)).not.toContain("analytics_file_id");
    const receipt = await server.context.receipts.find(ada.sid);
    expect(signedReceiptSchema.parse(JSON.parse(receipt ?? "")).receipt.neverHeld).toContain("analytics");
  });

  it("is every room of an installation that allows none, whatever it asks for", async () => {
    const answer = await other.manage("/room/create", {
      room_id: "not-allowed",
      metadata: { room_title: "A title", room_features: withAnalytics },
    });
    const { metadata } = answer["room_info"] as { metadata: string };
    expect(JSON.parse(metadata)).toMatchObject({ room_features: { enable_analytics: false } });
    await end("not-allowed");
  });
});

describe("a room with statistics", () => {
  it("tells of who agreed what they did and not what they said, and of the others their number", async () => {
    const room = await server.createRoom(withAnalytics);
    const token = await server.joinToken(room, {});
    expect(await lobbyOf(`Bearer ${token}`)).toMatchObject({ analytics: { included: true } });
    const extra = { extra_data: { course: "maths" }, ex_user_id: "77" };
    const ada = await enter(room, { user_id: "ada", name: "Ada", is_admin: true, user_metadata: extra }, inIt);
    const ben = await enter(room, { user_id: "ben", name: "Ben" }, inIt);
    const cleo = await enter(room, { user_id: "cleo", name: "Cleo" }, { analytics: false });
    const dora = await enter(room, { user_id: "dora", name: "Dora" });
    const hidden = await enter(room, { user_id: "eve", name: "Eve", is_hidden: true }, inIt);
    for (const person of [cleo, dora, hidden]) {
      expect(person.answer.permissions.rpc).not.toContain("activity");
      expect(await person.mayPublish(`m.${person.sid}.rpc.${person.pid}.activity`)).toBe(false);
    }

    const own = page();
    await report(ada, { ...quiet, page: own, microphone: true });
    await report(ada, { ...quiet, page: own, microphone: true, camera: true, talkedMs: 1, reactions: 2 });
    await report(ada, { ...quiet, page: own, talkedMs: 1, reactions: 2 });
    expect(await ada.call("activity", JSON.stringify({ ...quiet, page: own, text: "what was said" }))).toMatchObject({
      ok: false,
      error: { code: "body_invalid" },
    });
    for (const person of [ada, ben, cleo, dora]) await say(person);
    const twice = sealedMessage();
    for (let time = 0; time < 2; time++) await ben.call("pub-chat", twice);
    await whisper(ben, ada);
    await sendFile(ben);
    for (const raised of [true, true, false, true]) await ben.call("hand", JSON.stringify({ raised }));
    await cleo.call("hand", JSON.stringify({ raised: true }));
    await ada.moderate({ action: "lock", participantId: null, lock: "lock_screen_sharing", locked: false });
    const told: SessionEvent[] = [];
    server.context.events.on((event) => void told.push(event));
    const again = await ben.reconnect();
    await again.call("leave");
    expect((await noted(ben))?.isThere).toBe(false);
    expect([await noted(cleo), await noted(dora), await noted(hidden)]).toEqual([null, null, null]);

    await end(room);
    const file = await fileOf(ada.sid);
    expect(file?.room).toEqual({
      room_id: room,
      room_title: "A title",
      room_total_users: "5",
      room_creation: expect.stringMatching(/^\d{10}$/) as string,
      room_ended: expect.stringMatching(/^\d{10}$/) as string,
      room_duration: expect.stringMatching(/^\d{1,2}$/) as string,
      enabled_e2ee: true,
      events: [{ name: "locks", total: 1, values: [] }],
    });
    expect(file?.users.map((user) => ({ ...user, events: [] }))).toEqual([
      { user_id: "ada", name: "Ada", is_admin: true, extra_data: '{"course":"maths"}', ex_user_id: "77", events: [] },
      { user_id: "ben", name: "Ben", is_admin: false, extra_data: "", ex_user_id: "", events: [] },
    ]);
    expect(totals(file)).toEqual({
      ada: { joined: 1, left: 1, mic_status: 2, webcam_status: 2, talked_duration: 1, public_chat: 1, reactions: 2 },
      ben: { joined: 1, left: 1, raise_hand: 2, public_chat: 2, private_chat: 1, chat_files: 1 },
    });
    const microphone = file?.users[0]?.events.find(({ name }) => name === "mic_status")?.values;
    expect(microphone?.map(({ value }) => value)).toEqual(["ANALYTICS_STATUS_STARTED", "ANALYTICS_STATUS_ENDED"]);
    expect(JSON.stringify(file)).not.toMatch(/cleo|dora|"eve"/i);

    const artifact = await server.context.artifacts.ofSession(ada.sid, "ANALYTICS");
    const news = told.filter(({ name }) => name === "analyticsProceeded" || name === "artifactCreated");
    // The receipt, which comes last, is an artifact too.
    expect(news.slice(0, -1)).toMatchObject([
      { name: "analyticsProceeded", fileId: artifact?.artifactId },
      { name: "artifactCreated", artifact: { artifactId: artifact?.artifactId, type: "UNKNOWN_ARTIFACT" } },
    ]);
    expect(await server.context.state.activity.count(ada.sid)).toBe(0);
    const { receipt } = signedReceiptSchema.parse(JSON.parse((await server.context.receipts.find(ada.sid)) ?? ""));
    expect(receipt.neverHeld).not.toContain("analytics");
    expect(receipt.stays).toContain("analytics");
    expect(receipt.parts.find(({ part }) => part === "activity")).toMatchObject({ result: "gone", medium: "memory" });
    expect(server.logs()).not.toMatch(/"Ada"|"Ben"|"Cleo"/);
  });

  it("forgets somebody who says no when they come back, by whichever token, and asks them what they said before", async () => {
    const room = await server.createRoom(withAnalytics);
    const ada = await enter(room, { user_id: "ada" }, inIt);
    await say(ada);
    // What is said is counted in the background.
    await expect.poll(() => noted(ada)).toMatchObject({ userId: "ada", events: { public_chat: { total: 1 } } });
    const cookieOf = (cookie: string) => ({ cookie, participantId: ada.pid });
    const included = async (cookie: string) => {
      const lobby = await fetch(`${server.origin}/api/lobby?participantId=${ada.pid}`, { headers: { cookie } });
      return lobbyAnswerSchema.parse(await lobby.json()).analytics?.included;
    };

    const kept = await joinAs(server, cookieOf(ada.cookie));
    expect(kept.answer.permissions.rpc).toContain("activity");
    expect(await included(kept.cookie)).toBe(true);
    const { answer, cookie } = await joinAs(server, { ...cookieOf(kept.cookie), analytics: false });
    expect(await noted(ada)).toBeNull();
    const back = await connectPerson(answer, cookie);
    await say(back);
    expect(await included(back.cookie)).toBe(false);
    expect(await noted(ada)).toBeNull();
    const ben = await enter(room, { user_id: "ben" }, inIt);
    await ben.call("leave");
    await enter(room, { user_id: "ben" });
    expect(await noted(ben)).toMatchObject({ userId: "ben" });
    await enter(room, { user_id: "ben" }, { analytics: false });
    expect(await noted(ben)).toBeNull();
    const stillNo = await joinAs(server, cookieOf(back.cookie));
    expect(stillNo.answer.permissions.rpc).not.toContain("activity");

    await end(room);
    expect(await fileOf(ada.sid)).toMatchObject({ room: { room_total_users: "4" }, users: [] });
  });

  it("forgets somebody who leaves them during the meeting, under each of their seats, and counts nothing of theirs again", async () => {
    const room = await server.createRoom(withAnalytics);
    const leave = (person: Person, body: object = { included: false }) => person.call("activity", JSON.stringify(body));
    const ada = await enter(room, { user_id: "ada" }, inIt);
    const phone = await enter(room, { user_id: "ada" }, { ...inIt, node: other });
    const ben = await enter(room, { user_id: "ben" }, inIt);
    for (const person of [ada, phone, ben]) await say(person);
    await other.context.activity.settled();
    for (const person of [ada, phone, ben]) expect(await noted(person)).not.toBeNull();
    // It can only be left, with exactly this, and of oneself.
    for (const body of [
      { included: true },
      { included: false, of: ben.pid },
      { ...quiet, page: page(), included: false },
    ]) {
      expect(await leave(ada, body)).toMatchObject({ ok: false, error: { code: "body_invalid" } });
    }
    expect(await ada.mayPublish(`m.${ada.sid}.rpc.${ben.pid}.activity`, '{"included":false}')).toBe(false);

    expect(await leave(ada)).toEqual({ ok: true, result: {} });
    for (const person of [ada, phone]) expect(await noted(person)).toBeNull();
    expect(await noted(ben)).toMatchObject({ userId: "ben" });
    // The connection goes, and the next one may not report.
    await eventually(() => ada.told("standing").length > 0);
    const [standing] = ada.told("standing") as unknown as { permissions: { rpc: string[] } }[];
    expect(standing?.permissions.rpc).not.toContain("activity");
    await ada.kicked();
    const back = await ada.reconnect();
    expect(await back.mayPublish(`m.${back.sid}.rpc.${back.pid}.activity`)).toBe(false);
    // Nor the other page, before and after it was told.
    const late = await phone
      .call("activity", JSON.stringify({ ...quiet, page: page(), reactions: 9 }))
      .catch(() => null);
    expect(late?.ok ?? false).toBe(false);
    // A sweep finds it.
    await eventually(() => !phone.isConnected(), 20_000);
    const phoneBack = await phone.reconnect();
    for (const person of [back, phoneBack]) {
      await say(person);
      await person.call("hand", JSON.stringify({ raised: true }));
    }
    await back.call("leave");
    await other.context.activity.settled();
    for (const person of [ada, phone]) expect(await noted(person)).toBeNull();

    // A reload does not bring them in again.
    const reloaded = await joinAs(server, { cookie: phone.cookie, participantId: phone.pid });
    expect(reloaded.answer.permissions.rpc).not.toContain("activity");
    await connectPerson(reloaded.answer, reloaded.cookie);
    expect(await noted(phone)).toBeNull();
    await end(room);
    const file = await fileOf(ada.sid);
    expect(totals(file)).toEqual({ ben: { joined: 1, left: 1, public_chat: 1 } });
    expect(JSON.stringify(file)).not.toContain("ada");
  });

  it("forgets somebody who leaves them under another id at each join", async () => {
    const room = await server.createRoom({ ...withAnalytics, auto_gen_user_id: true });
    const [ada, phone] = [await enter(room, { user_id: "ada" }, inIt), await enter(room, { user_id: "ada" }, inIt)];
    const ben = await enter(room, { user_id: "ben" }, inIt);
    for (const person of [ada, phone, ben]) expect(await noted(person)).not.toBeNull();
    expect(await phone.call("activity", JSON.stringify({ included: false }))).toMatchObject({ ok: true });
    expect([await noted(ada), await noted(phone)]).toEqual([null, null]);
    expect(await noted(ben)).not.toBeNull();

    // Of whom nothing was noted yet, nothing will be.
    await server.context.activity.forget({ sessionId: ben.sid, participantId: ben.pid });
    expect(await ben.call("activity", JSON.stringify({ included: false }))).toMatchObject({ ok: true });
    const key = participantKey(ben.sid, ben.pid);
    expect((await server.context.state.participants.get(key))?.value.inAnalytics).toBe(false);
    await end(room);
  });

  it("is counted on every node, and over the loss of nats-server's memory", async () => {
    const room = await server.createRoom(withAnalytics);
    const ada = await enter(room, { user_id: "ada" }, inIt);
    const ben = await enter(room, { user_id: "ben" }, { ...inIt, node: other });
    await Promise.all(Array.from({ length: 6 }, () => say(ada)));
    await report(ben, { ...quiet, page: page(), reactions: 4 });
    for (const { context } of [server, other]) await context.activity.settled();
    await eventually(() =>
      [server, other].every(
        ({ context }) =>
          context.state.activity.memory.get(participantKey(ada.sid, ada.pid))?.value.events.public_chat?.total === 6,
      ),
    );

    const { createdAtMs } = server.context.state.activity;
    killEngine(server, "nats");
    await eventually(
      () =>
        [server, other].every(
          ({ context: { nats, state } }) => nats.isConnected() && state.activity.createdAtMs !== createdAtMs,
        ),
      20_000,
    );
    const back = await ada.reconnect();
    await say(back);
    await server.context.activity.settled();
    await other.context.activity.settled();
    await end(room);
    expect(totals(await fileOf(ada.sid))).toEqual({
      ada: { joined: 1, left: 1, public_chat: 7 },
      ben: { joined: 1, left: 1, reactions: 4 },
    });
  });

  it("is written later where the database is away at the end; nothing else stays because of that", async () => {
    const { database, sessions, state } = server.context;
    const room = await server.createRoom(withAnalytics);
    const ada = await enter(room, { user_id: "ada" }, inIt);
    await say(ada);
    await noted(ada);
    await database.sql.execute(sql`alter table artifacts rename to artifacts_away`);
    await end(room);
    await database.sql.execute(sql`alter table artifacts_away rename to artifacts`);
    const { sid } = ada;
    expect(await Promise.all([state.activity, state.participants, state.keys].map((each) => each.count(sid)))).toEqual([
      1, 0, 0,
    ]);
    const entry = await state.rooms.get(room);
    await sessions.resumeEnd(entry!, Date.now() + 60_000);
    expect(totals(await fileOf(sid))).toEqual({ ada: { joined: 1, left: 1, public_chat: 1 } });
    expect(await state.activity.count(sid)).toBe(0);
    expect(await state.rooms.get(room)).toBeNull();
  });
});

describe("the files", () => {
  it("are fetched, downloaded and deleted by the unmodified SDK 1.4.1, and no receipt with them", async () => {
    const room = await server.createRoom(withAnalytics);
    const ada = await enter(room, { user_id: "ada" }, inIt);
    await end(room);
    const sdk = new PlugNmeet(server.origin, server.secrets.api.key, server.secrets.api.secret);
    const { result } = await sdk.fetchAnalytics({ room_ids: [room], order_by: "ASC" });
    expect(result).toEqual({
      total_analytics: "1",
      from: 0,
      limit: 20,
      order_by: "ASC",
      analytics_list: [
        {
          room_id: room,
          file_id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
          file_name: `sotto-analytics-${ada.sid}.json`,
          file_size: expect.stringMatching(/^\d{3}$/) as string,
          creation_time: expect.stringMatching(/^\d{10}$/) as string,
          room_creation_time: expect.stringMatching(/^\d{10}$/) as string,
        },
      ],
    });
    const [{ file_id } = {} as AnalyticsInfo] = (result as unknown as { analytics_list: AnalyticsInfo[] })
      .analytics_list;
    expect((await sdk.fetchAnalytics({ room_ids: ["never"] })).status).toBe(false);
    const past = await server.manage("/room/fetchPastRooms", { room_ids: [room] });
    expect(past).toMatchObject({ result: { rooms_list: [{ analytics_file_id: file_id }] } });
    const both = await server.manage("/artifact/fetch", { room_sid: ada.sid });
    const types = ["application/vnd.sotto.analytics+json", "application/vnd.sotto.data-receipt+json"];
    const { artifacts_list: listed } = both["result"] as {
      artifacts_list: { artifact_id: string; metadata: { file_info: { mime_type: string } } }[];
    };
    expect(listed.map(({ metadata }) => metadata.file_info.mime_type).toSorted()).toEqual(types);

    const { token } = await sdk.getAnalyticsDownloadToken({ file_id });
    const response = await fetch(`${server.origin}/download/analytics/${token}`);
    expect(response.headers.get("content-disposition")).toBe(`attachment; filename="sotto-analytics-${ada.sid}.json"`);
    expect(analyticsFileSchema.parse(await response.json())).toMatchObject({ users: [{ user_id: "ada" }] });

    const receipt = listed.find(({ artifact_id }) => artifact_id !== file_id)!;
    for (const path of ["delete", "getDownloadToken"]) {
      for (const [id, status_code] of [
        [receipt.artifact_id, "NOT_FOUND"],
        ["'; drop table artifacts; --", "INVALID_PARAMETERS"],
      ]) {
        expect(await server.manage(`/analytics/${path}`, { file_id: id })).toMatchObject({
          status: false,
          status_code,
        });
      }
    }
    expect((await sdk.deleteAnalytics({ file_id })).status).toBe(true);
    expect((await sdk.deleteAnalytics({ file_id })).status).toBe(false);
    expect((await fetch(`${server.origin}/download/analytics/${token}`)).status).toBe(404);
    expect(await server.context.receipts.find(ada.sid)).not.toBeNull();
  });

  it("lose one person for good, wherever they are, and keep the number of people", async () => {
    const [past = "", running = ""] = await Promise.all([1, 2].map(() => server.createRoom(withAnalytics)));
    const generated = await server.createRoom({ ...withAnalytics, auto_gen_user_id: true });
    const person = { user_id: "erased", name: "Erased" };
    const there = await enter(past, person, inIt);
    await enter(past, { user_id: "other" }, inIt);
    const renamed = await enter(generated, person, inIt);
    await end(past);
    await end(generated);
    const still = await enter(running, person, inIt);
    expect(await noted(still)).toMatchObject({ userId: "erased" });
    expect(await server.manage("/analytics/eraseUser", { user_id: "erased" })).toMatchObject({
      status: true,
      files: "2",
      sessions: "1",
    });
    await say(still);
    expect(await noted(still)).toBeNull();
    await end(running);
    for (const { sid } of [there, renamed, still]) expect(JSON.stringify(await fileOf(sid))).not.toMatch(/erased/i);
    expect(await fileOf(there.sid)).toMatchObject({ room: { room_total_users: "2" }, users: [{ user_id: "other" }] });
    expect(await server.manage("/analytics/eraseUser", { user_id: "" })).toMatchObject({
      status: false,
      status_code: "INVALID_PARAMETERS",
    });
  });

  it("are deleted when their time is over, which is shorter than a receipt's", async () => {
    const room = await server.createRoom(withAnalytics);
    const ada = await enter(room, { user_id: "ada" }, inIt);
    await end(room);
    await server.context.database.sql
      .update(artifacts)
      .set({ created: new Date(Date.now() - 31 * 24 * 3_600_000) })
      .where(sql`session_id = ${ada.sid}`);
    await eventually(async () => (await fileOf(ada.sid)) === null);
    expect(await server.context.receipts.find(ada.sid)).not.toBeNull();
  });
});
