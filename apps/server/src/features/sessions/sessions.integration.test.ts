import { randomBytes } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pastSessions } from "../../platform/db/schema.ts";
import { connectAs } from "../../testing/connectAs.ts";
import { eventually } from "../../testing/eventually.ts";
import { joinAs, tryJoin } from "../../testing/joinAs.ts";
import { passphraseFeatures, startTestServer, type TestServer } from "../../testing/startTestServer.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ sessions: { awaySeconds: 1 } });
});
afterAll(() => server[Symbol.asyncDispose]());

const join2 = async (roomId: string) => {
  const host = await joinAs(server, { token: await server.joinToken(roomId, { is_admin: true, name: "Grace" }) });
  const guest = await joinAs(server, { token: await server.joinToken(roomId) });
  return { host: host.answer, guest: guest.answer, sid: host.answer.sessionId };
};

/** Everything that is left of a session anywhere, asked of the engines and not of the code that ends it. */
const leftOf = async (sid: string, roomId: string) => {
  const { state, nats, sfu } = server.context;
  return {
    participants: await state.participants.count(sid),
    keys: await state.keys.count(sid),
    room: await state.rooms.get(roomId),
    streams: (await nats.streams.list()).filter((name) => name.endsWith(sid)).toSorted(),
    media: await sfu.hasRoom(sid),
    connections: await nats.connections.list(sid),
  };
};
const nothing = { participants: 0, keys: 0, room: null, streams: [], media: false, connections: [] };

const rowOf = async (sid: string) => {
  const rows = await server.context.database.sql.select().from(pastSessions);
  return rows.find(({ sessionId }) => sessionId === sid);
};

describe("the end of a session", () => {
  it("by the API tells everybody, closes every connection and leaves nothing", async () => {
    const roomId = await server.createRoom();
    const { host, guest, sid } = await join2(roomId);
    const pages = await Promise.all([connectAs(host), connectAs(guest)]);
    await pages[0].call("pub-chat", sealed());
    expect(await leftOf(sid, roomId)).toMatchObject({
      participants: 2,
      keys: 1,
      streams: [`D_${sid}`, `S_${sid}`],
      media: true,
    });

    expect(await server.manage("/room/endRoom", { room_id: roomId })).toMatchObject({ status: true });
    expect(await leftOf(sid, roomId)).toEqual(nothing);
    for (const page of pages) {
      await eventually(() => page.client.socket.readyState === 3);
      expect(page.events(`m.${sid}.state.ended`)).toEqual([{ reason: "ended_by_api" }]);
    }
    expect(await rowOf(sid)).toMatchObject({
      roomId,
      roomTitle: "A title",
      joinedParticipants: 2,
      endReason: "ended_by_api",
      wiped: true,
      leftovers: [],
    });
    await expect(connectAs(host)).rejects.toThrow();
  });

  it("by the host is answered before the host is disconnected, and is not everybody's to order", async () => {
    const roomId = await server.createRoom();
    const { host, guest, sid } = await join2(roomId);
    const [hostPage, guestPage] = await Promise.all([connectAs(host), connectAs(guest)]);
    await expect(guestPage.call("end-meeting")).rejects.toThrow();
    expect(await hostPage.call("end-meeting")).toEqual({
      ok: true,
      result: { receiptToken: expect.any(String) as string },
    });
    await eventually(async () => (await server.context.state.rooms.get(roomId)) === null);
    expect(await leftOf(sid, roomId)).toEqual(nothing);
    expect(guestPage.events(`m.${sid}.state.ended`)).toEqual([{ reason: "ended_by_host" }]);
  });

  it("comes when nobody is there for the empty timeout, also if the node that saw them go is dead", async () => {
    const other = await server.secondNode({ sessions: { awaySeconds: 1 } });
    const roomId = await server.createRoom();
    await server.context.state.rooms.mutate(roomId, (room) => ({ ...room, emptyTimeoutMs: 1_000 }));
    const token = await server.joinToken(roomId);
    const { answer } = await joinAs(other, { token });
    const page = await connectAs(answer);
    page.client.socket.terminate();
    await eventually(
      async () => (await server.context.participants.roster(answer.sessionId))[0]?.connection === "away",
    );
    await other[Symbol.asyncDispose]();
    await eventually(async () => (await rowOf(answer.sessionId))?.endReason === "empty", 10_000);
    expect(await leftOf(answer.sessionId, roomId)).toEqual(nothing);
  });

  it("comes also when a connection ended and no node was there to hear of it", async () => {
    const roomId = await server.createRoom();
    await server.context.state.rooms.mutate(roomId, (room) => ({ ...room, emptyTimeoutMs: 500 }));
    const { answer } = await joinAs(server, { token: await server.joinToken(roomId) });
    const page = await connectAs(answer);
    await page.client.close();
    const key = `${answer.sessionId}.${answer.participantId}`;
    const ghost = { serverId: "N".repeat(56), clientId: 4_000_000 };
    await eventually(async () => (await server.context.state.participants.get(key))?.value.presence.state === "away");
    await server.context.state.participants.mutate(key, (record) => ({
      ...record,
      presence: { state: "online" },
      socket: ghost,
    }));
    await eventually(async () => (await rowOf(answer.sessionId))?.endReason === "empty", 20_000);
  });

  it("does not come while somebody is there", async () => {
    const roomId = await server.createRoom();
    await server.context.state.rooms.mutate(roomId, (room) => ({ ...room, emptyTimeoutMs: 200 }));
    const { answer } = await joinAs(server, { token: await server.joinToken(roomId) });
    const page = await connectAs(answer);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect(await page.call("snapshot")).toMatchObject({ ok: true });
    await server.manage("/room/endRoom", { room_id: roomId });
  });

  it("comes when the duration is over", async () => {
    const roomId = await server.createRoom({ room_duration: 1 });
    const { answer } = await joinAs(server, { token: await server.joinToken(roomId) });
    const page = await connectAs(answer);
    await server.context.state.rooms.mutate(roomId, (room) =>
      room.phase.name === "live" ? { ...room, phase: { ...room.phase, startedAt: Date.now() - 59_500 } } : room,
    );
    await eventually(() => page.events(`m.${answer.sessionId}.state.ended`).length > 0);
    expect(page.events(`m.${answer.sessionId}.state.ended`)).toEqual([{ reason: "duration_over" }]);
    await eventually(async () => (await server.context.state.rooms.get(roomId)) === null);
    expect(await leftOf(answer.sessionId, roomId)).toEqual(nothing);
  });

  it("is finished by another node where the one that began it died", async () => {
    const roomId = await server.createRoom();
    const { sid } = await join2(roomId);
    await server.context.state.rooms.mutate(roomId, (room) => ({
      ...room,
      phase: {
        name: "ending",
        startedAt: Date.now(),
        reason: "ended_by_host",
        endedAt: Date.now() - 60_000,
        claimedAt: Date.now() - 60_000,
        stock: null,
      },
    }));
    await eventually(async () => (await server.context.state.rooms.get(roomId)) === null);
    expect(await leftOf(sid, roomId)).toEqual(nothing);
    expect(await rowOf(sid)).toMatchObject({ wiped: true, joinedParticipants: 0 });
  });

  it("refuses a first join that it overtook, which then takes back what it made", async () => {
    const { sessions, nats, epochs, sfu } = server.context;
    const roomId = await server.createRoom();
    const room = (await sessions.room(roomId))!;
    const sid = room.sessionId;
    await sessions.start(room);
    await server.manage("/room/endRoom", { room_id: roomId });
    // The join's writes that were under way when the end looked for the last time.
    await Promise.all([nats.streams.create(sid), sfu.createRoom(sid), epochs.open(room)]);
    await expect(sessions.confirmLive(room)).rejects.toMatchObject({ code: "session_ended" });
    await sessions.undoStart(room);
    expect(await leftOf(sid, roomId)).toEqual(nothing);

    await server.manage("/room/create", { room_id: roomId, metadata: { room_title: "x", room_features: {} } });
    await expect(sessions.start(room)).rejects.toMatchObject({ code: "session_ended" });
    await expect(sessions.confirmLive(room)).rejects.toMatchObject({ code: "session_ended" });
    await server.manage("/room/endRoom", { room_id: roomId });
  });

  it("leaves nothing however many join while it happens", async () => {
    for (let round = 0; round < 5; round++) {
      const roomId = await server.createRoom();
      const { sessionId } = (await server.context.sessions.room(roomId))!;
      const tokens = await Promise.all(Array.from({ length: 12 }, () => server.joinToken(roomId)));
      const joins = tokens.map(async (token, index) => {
        await new Promise((resolve) => setTimeout(resolve, index * 3));
        return tryJoin(server, { token });
      });
      await new Promise((resolve) => setTimeout(resolve, round * 8));
      await server.manage("/room/endRoom", { room_id: roomId });
      await Promise.all(joins);
      expect(await leftOf(sessionId, roomId)).toEqual(nothing);
    }
  });
});

describe("the secrets of a session", () => {
  it("are in join answers and nowhere else", async () => {
    const roomId = await server.createRoom();
    const { host, guest, sid } = await join2(roomId);
    const page = await connectAs(host);
    await page.call("snapshot");
    const { e2ee } = guest;
    if (e2ee.model !== "server") throw new Error("not a room with a server-generated key");
    const canaries = [e2ee.secret!, e2ee.epochs![0]!.secret, host.nats.secret, guest.nats.secret, host.media!.token];
    const raw = canaries.map((canary) => Buffer.from(canary, "base64url"));

    const answers = await Promise.all(
      ["getActiveRoomInfo", "getActiveRoomsInfo", "isRoomActive"].map((path) =>
        server.manage(`/room/${path}`, { room_id: roomId }),
      ),
    );
    const created = await server.manage("/room/create", {
      room_id: roomId,
      metadata: { room_title: "x", room_features: {} },
    });
    const room = await server.context.state.rooms.get(roomId);
    const participants = await server.context.state.participants.entries(sid);
    await server.manage("/room/endRoom", { room_id: roomId });
    const row = await rowOf(sid);
    const told = JSON.stringify([answers, created, room, participants, row, page.client.messages]) + server.logs();
    for (const canary of canaries) expect(told).not.toContain(canary);
    expect(server.logs()).not.toContain("Grace");

    for (const [file, bytes] of await filesBelow(server.dataDir)) {
      for (const [index, canary] of canaries.entries()) {
        expect(bytes.includes(canary), `${file} holds ${index}`).toBe(false);
        expect(bytes.includes(raw[index]!), `${file} holds the bytes of ${index}`).toBe(false);
      }
    }
  });

  it("do not exist in rooms without a server-generated key", async () => {
    for (const [features, model, numbers] of [
      [{}, "none", undefined],
      [passphraseFeatures, "passphrase", [{ epoch: 0 }]],
    ] as const) {
      const roomId = await server.createRoom(features);
      const { answer } = await joinAs(server, { token: await server.joinToken(roomId) });
      expect(answer.e2ee.model).toBe(model);
      const keys = await server.context.state.keys.get(answer.sessionId);
      expect([keys?.value.root, keys?.value.epochs]).toEqual([undefined, numbers]);
      await server.manage("/room/endRoom", { room_id: roomId });
    }
  });
});

describe("messages and people", () => {
  it("reach those who joined before they were sent, once and in order", async () => {
    const roomId = await server.createRoom();
    const { host, guest, sid } = await join2(roomId);
    const [a, b] = await Promise.all([connectAs(host), connectAs(guest)]);
    const message = sealed();
    expect(await a.call("pub-chat", message)).toEqual({ ok: true, result: { sequence: 1, duplicate: false } });
    expect(await a.call("pub-chat", message)).toEqual({ ok: true, result: { sequence: 1, duplicate: true } });
    expect(await b.call("resume", fromTheStart)).toMatchObject({
      ok: true,
      result: { public: { startSequence: 1 }, private: { startSequence: 1 } },
    });
    const delivered = await b.client.message(`m.${sid}.pub.${host.participantId}.chat`);
    expect(delivered.body.equals(message)).toBe(true);

    const late = (await joinAs(server, { token: await server.joinToken(roomId) })).answer;
    const latePage = await connectAs(late);
    expect(await latePage.call("resume", fromTheStart)).toMatchObject({
      ok: true,
      result: { public: { startSequence: 2 }, private: { startSequence: 1 } },
    });
    await server.manage("/room/endRoom", { room_id: roomId });
  });

  it("are refused where they are not what the room's key model asks for", async () => {
    const id = Buffer.alloc(16, 7);
    const refused = { ok: false, error: { code: "body_invalid" } };
    const encrypted = await server.createRoom();
    const page = await connectAs((await joinAs(server, { token: await server.joinToken(encrypted) })).answer);
    const plain = Buffer.concat([id, Buffer.from([0]), Buffer.from(`{"text":"in clear"}`)]);
    for (const body of [plain, "", id, Buffer.concat([id, Buffer.alloc(1081, 2)]), sealed(1023), sealed(0)]) {
      expect(await page.call("pub-chat", body)).toMatchObject(refused);
    }
    expect(await page.call("pub-chat", sealed(32 * 1024))).toMatchObject({ error: { code: "body_too_large" } });
    expect(await page.call("resume", "{")).toMatchObject(refused);
    for (const after of [-1, 0, { public: 0 }, { public: 0, private: -1 }]) {
      expect(await page.call("resume", JSON.stringify({ after }))).toMatchObject(refused);
    }

    const open = await server.createRoom({});
    const openPage = await connectAs((await joinAs(server, { token: await server.joinToken(open) })).answer);
    expect(await openPage.call("pub-chat", plain)).toMatchObject({ ok: true });
    const body = (json: object | string) =>
      Buffer.concat([
        randomBytes(16),
        Buffer.from([0]),
        Buffer.from(typeof json === "string" ? json : JSON.stringify(json)),
      ]);
    const other = "AAAAAAAAAAAAAAAAAAAAAA";
    for (const json of [
      "",
      "{",
      { text: "" },
      { text: 7 },
      { text: "x", replyTo: other },
      { kind: "edit", edits: other, text: " " },
      { kind: "edit", edits: `p_${"A".repeat(16)}/${other}`, text: "somebody else's" },
      { kind: "deletion", deletes: 7 },
      { kind: "unheard of", text: "x" },
      history,
    ]) {
      expect(await openPage.call("pub-chat", body(json)), JSON.stringify(json)).toMatchObject(refused);
    }
    for (const json of [
      { kind: "edit", edits: other, text: "better" },
      { kind: "deletion", deletes: other },
    ]) {
      expect(await openPage.call("pub-chat", body(json))).toMatchObject({ ok: true });
    }
    expect(await openPage.call("pub-chat", sealed())).toMatchObject(refused);
    for (const room_id of [encrypted, open]) await server.manage("/room/endRoom", { room_id });
  });

  it("that tell what was written before are taken in private where the room allows it, and nowhere else", async () => {
    const told = Buffer.concat([randomBytes(16), Buffer.from([0]), Buffer.from(JSON.stringify(history))]);
    for (const [chat_features, expected] of [
      [{ is_allow: true }, { ok: false, error: { code: "not_allowed" } }],
      [{ is_allow: true, is_allow_history_sharing: true }, { ok: true }],
    ] as const) {
      const roomId = await server.createRoom({ chat_features });
      const { host, guest } = await join2(roomId);
      const [a] = await Promise.all([connectAs(host), connectAs(guest)]);
      expect(await a.call("pub-private", to(guest.participantId, told))).toMatchObject(expected);
      expect(await a.call("pub-chat", told)).toMatchObject({ ok: false, error: { code: "body_invalid" } });
      await server.manage("/room/endRoom", { room_id: roomId });
    }
  });

  it("in private reach the two they are between, after a resume too, and nobody else", async () => {
    const roomId = await server.createRoom();
    const { host, guest, sid } = await join2(roomId);
    const eve = (await joinAs(server, { token: await server.joinToken(roomId) })).answer;
    const [a, b, c] = await Promise.all([connectAs(host), connectAs(guest), connectAs(eve)]);
    for (const page of [a, b, c]) await page.call("resume", fromTheStart);
    const message = sealed();
    const stored = { ok: true, result: { sequence: 1, duplicate: false } };
    expect(await a.call("pub-private", to(guest.participantId, message))).toEqual(stored);
    expect(await a.call("pub-private", to(guest.participantId, message))).toMatchObject({
      result: { duplicate: true },
    });
    const subject = `m.${sid}.dm.${host.participantId}.${guest.participantId}`;
    for (const page of [a, b]) expect((await page.client.message(subject)).body.equals(message)).toBe(true);
    await b.call("resume", fromTheStart);
    expect((await b.client.message(subject)).body.equals(message)).toBe(true);

    // In the order of the stream: when Eve's own came, nothing else will.
    expect(await a.call("pub-private", to(eve.participantId, sealed()))).toMatchObject({ ok: true });
    expect((await c.client.message(`m.${sid}.dm.`)).subject).toBe(
      `m.${sid}.dm.${host.participantId}.${eve.participantId}`,
    );
    await server.manage("/room/endRoom", { room_id: roomId });
    expect((await leftOf(sid, roomId)).streams).toEqual([]);
  });

  it("in private are refused to whoever is not there, to oneself, and where private chat is locked", async () => {
    const roomId = await server.createRoom();
    const { host, guest } = await join2(roomId);
    const [a, b] = await Promise.all([connectAs(host), connectAs(guest)]);
    const hidden = (await joinAs(server, { token: await server.joinToken(roomId, { is_hidden: true }) })).answer;
    const hiddenPage = await connectAs(hidden);
    const elsewhere = await server.createRoom();
    const stranger = (await joinAs(server, { token: await server.joinToken(elsewhere) })).answer;
    await connectAs(stranger);
    const send = (peer: string) => a.call("pub-private", to(peer, sealed()));
    const notFound = { ok: false, error: { code: "not_found" } };
    const invalid = { ok: false, error: { code: "body_invalid" } };
    for (const peer of [stranger.participantId, `p_${"A".repeat(16)}`, hidden.participantId]) {
      expect(await send(peer)).toMatchObject(notFound);
    }
    for (const peer of [host.participantId, "p_*aaaaaaaaaaaaaaa", "p_aaaaaaa.aaaaaaaa", ">".repeat(18)]) {
      expect(await send(peer)).toMatchObject(invalid);
    }
    expect(await a.call("pub-private", sealed())).toMatchObject(invalid);
    expect(hidden.permissions.ephemeral).toEqual([]);
    expect(hidden.permissions.rpc).not.toContain("pub-private");
    await expect(hiddenPage.call("pub-private", to(host.participantId, sealed()))).rejects.toThrow();

    const locked = { lock_settings: { lock_private_chat: true, lock_chat_send_message: true } };
    const token = await server.joinToken(roomId, { user_metadata: locked });
    const quiet = (await joinAs(server, { token })).answer;
    expect(quiet.permissions).toMatchObject({ ephemeral: ["reactions"] });
    const quietPage = await connectAs(quiet);
    await expect(quietPage.call("pub-private", to(host.participantId, sealed()))).rejects.toThrow();
    expect(quietPage.client.errors.join()).toMatch(/Permissions Violation for Publish.*pub-private/);
    expect(await send(quiet.participantId)).toMatchObject({ ok: true });

    await b.call("leave");
    expect(await send(guest.participantId)).toMatchObject(notFound);
    for (const room_id of [roomId, elsewhere]) await server.manage("/room/endRoom", { room_id });
  });

  it("hear of nobody who connects without end more often than they can bear", async () => {
    const roomId = await server.createRoom();
    const { host, guest } = await join2(roomId);
    const listener = await connectAs(host);
    let refused = 0;
    // A few at a time: where many write at once, some are refused because of that.
    for (let round = 0; round < 20; round++) {
      const attempts = await Promise.allSettled(Array.from({ length: 4 }, () => connectAs(guest)));
      const reasons = attempts.flatMap((each) => (each.status === "rejected" ? [String(each.reason)] : []));
      refused += reasons.filter((reason) => reason.includes("Authorization Violation")).length;
    }
    expect(refused).toBeGreaterThan(10);
    expect(await listener.call("snapshot")).toMatchObject({ ok: true });
    // A second or two later they are let in again.
    await eventually(() => connectAs(guest).catch(() => null));
    await server.manage("/room/endRoom", { room_id: roomId });
  });

  it("are told to everybody as they come and go, hidden ones to nobody", async () => {
    const roomId = await server.createRoom();
    const { host, sid } = await join2(roomId);
    const page = await connectAs(host);
    const hidden = await joinAs(server, { token: await server.joinToken(roomId, { is_hidden: true }) });
    await connectAs(hidden.answer);
    const { answer } = await joinAs(server, { token: await server.joinToken(roomId, { name: "Alan" }) });
    const pid = answer.participantId;
    const alan = await connectAs(answer);
    const seen = () => page.events(`m.${sid}.state.participant`).filter((event) => event["participantId"] === pid);
    await eventually(() => seen().length === 1);
    expect(seen()[0]).toMatchObject({ entry: { name: "Alan", role: "participant", connection: "online" } });
    await alan.call("leave");
    await eventually(() => seen().length === 2);
    expect(seen()[1]).toMatchObject({ entry: null });
    expect(Number(seen()[1]!["revision"])).toBeGreaterThan(Number(seen()[0]!["revision"]));
    expect(JSON.stringify(page.client.messages)).not.toContain(hidden.answer.participantId);
    expect(await page.call("snapshot")).toMatchObject({ result: { participants: [{ name: "Grace" }] } });
    await server.manage("/room/endRoom", { room_id: roomId });
  });
});

const fromTheStart = JSON.stringify({ after: { public: 0, private: 0 } });

/** A chat body that tells a newcomer what was written before. */
const history = {
  kind: "history",
  telling: "AAAAAAAAAAAAAAAAAAAAAA",
  part: 0,
  parts: 1,
  messages: [
    { id: `p_${"A".repeat(16)}/AAAAAAAAAAAAAAAAAAAAAA`, name: "Alan", text: "earlier", sentAt: 1, edited: false },
  ],
};

/** A message of key schedule v1 in shape: header, padded body, tag; 16 bytes of id before it. */
function sealed(paddedBytes = 1024): Buffer {
  const message = Buffer.alloc(16 + 41 + paddedBytes + 16, 9);
  message[16] = 1;
  return message;
}

/** The body of `pub-private` for a message with its id. */
function to(peer: string, message: Buffer): Buffer {
  return Buffer.concat([message.subarray(0, 16), Buffer.from(peer), message.subarray(16)]);
}

async function filesBelow(folder: string): Promise<[string, Buffer][]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(files.map(async (file) => [file, await readFile(file)] as [string, Buffer]));
}
