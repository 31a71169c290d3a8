import { signedReceiptSchema } from "@sotto/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connectAs } from "../testing/connectAs.ts";
import { eventually } from "../testing/eventually.ts";
import { joinAs, tryJoin } from "../testing/joinAs.ts";
import { killEngine } from "../testing/killEngine.ts";
import { host, joinWith, newPassphraseRoom, open, passphraseOf, proof } from "../testing/passphraseRooms.ts";
import { startTestServer, type TestServer } from "../testing/startTestServer.ts";
import { newestEpoch } from "./KeyRecord.ts";
import { participantKey } from "./ParticipantRecord.ts";
import { newParticipantId } from "./tokens.ts";

/** nats-server is killed in the middle of meetings, with everything it holds in memory. */

let server: TestServer;
let other: TestServer;
beforeAll(async () => {
  server = await startTestServer({ sessions: { awaySeconds: 2 } });
  other = await server.secondNode({ sessions: { awaySeconds: 2 } });
});
afterAll(async () => {
  await other[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

/** An engine that crashes again and again is started later and later. */
const slowMs = 20_000;
const nodes = () => [server, other];

/** Kills nats-server, and resolves when both nodes have written back what they remember. */
async function loseNats(): Promise<void> {
  const { createdAtMs } = server.context.state.rooms;
  killEngine(server, "nats");
  const isBack = ({ context: { nats, state } }: TestServer) =>
    nats.isConnected() && state.rooms.createdAtMs !== createdAtMs;
  await eventually(() => nodes().every(isBack), slowMs);
}

const join = async (roomId: string, { node = server, ...person }: { node?: TestServer; is_admin?: boolean } = {}) =>
  joinAs(node, { token: await server.joinToken(roomId, person) });
const keyOf = ({ answer }: Awaited<ReturnType<typeof join>>) => participantKey(answer.sessionId, answer.participantId);
const recordOf = async (joined: Awaited<ReturnType<typeof join>>) =>
  (await server.context.state.participants.get(keyOf(joined)))?.value;
const keysOf = async (sid: string) => (await server.context.epochs.find(sid))!;
const streamsOf = async (sid: string) =>
  (await server.context.nats.streams.list()).filter((name) => name.endsWith(sid));
const resumeFrom = (publicSequence: number) => JSON.stringify({ after: { public: publicSequence, private: 0 } });

describe("nats-server is killed", () => {
  it("and everything is there again but what was said: people, keys, openings, deadlines; what was gone stays gone", async () => {
    const roomIds = await Promise.all(Array.from({ length: 4 }, () => server.createRoom()));
    const [roomId = "", empty = "", ended = "", over = ""] = roomIds;
    const plainRoom = await server.createRoom({});
    const grace = await join(roomId, { is_admin: true });
    const ada = await join(roomId, { node: other });
    const ben = await join(roomId);
    const sid = ada.answer.sessionId;
    await connectAs(grace.answer);
    await connectAs(ada.answer);
    await (await connectAs(ben.answer)).call("leave");
    await server.context.state.rooms.mutate(empty, (room) => ({ ...room, emptyTimeoutMs: 500 }));
    const lonely = await join(empty);
    await connectAs(lonely.answer);
    const last = await join(ended);
    await server.manage("/room/endRoom", { room_id: ended });
    const timed = await join(over);
    await connectAs(timed.answer);
    await server.context.state.rooms.mutate(over, (room) =>
      room.phase.name === "live"
        ? {
            ...room,
            features: { ...room.features, room_duration: 1 },
            phase: { ...room.phase, startedAt: Date.now() - 50_000 },
          }
        : room,
    );
    const passphraseRoom = await newPassphraseRoom(server);
    const opener = await joinWith(server, passphraseRoom, host);
    const given = proof();
    await open(server, opener, given);
    const writer = await join(plainRoom);
    const reader = await join(plainRoom);
    const writing = await connectAs(writer.answer);
    for (let index = 0; index < 3; index++) await writing.call("pub-chat", plain(`before ${index}`));
    const [used, unused] = [await server.joinToken(roomId), await server.joinToken(roomId)];
    await joinAs(server, { token: used });
    const before = { ada: await recordOf(ada), keys: await keysOf(sid), atMs: Date.now() };
    const revisions = (await server.context.participants.roster(sid)).map(({ revision }) => revision);

    await loseNats();

    // People, as they were and expected back; revisions go on growing, so that pages take the news of the roster.
    expect((await server.context.sessions.room(roomId))?.sessionId).toBe(sid);
    const { presence, ...rest } = (await recordOf(ada))!;
    expect(presence.state).toBe("away");
    expect(rest).toEqual({ ...before.ada, presence: undefined, socket: null });
    const roster = await server.context.participants.roster(sid);
    expect(Math.min(...roster.map(({ revision }) => revision))).toBeGreaterThan(Math.max(...revisions));
    const page = await connectAs(ada.answer);
    expect(await page.call("snapshot")).toMatchObject({ ok: true, result: { participants: [{}, {}] } });
    const resumed = await joinAs(other, { cookie: grace.cookie, participantId: grace.answer.participantId });
    expect(resumed.answer).toMatchObject({ sessionId: sid, role: "host" });

    // The same keys; the next epoch leaves numbers out, so that no number means two secrets.
    const keys = await keysOf(sid);
    expect([keys.root, keys.epochs]).toEqual([before.keys.root, before.keys.epochs]);
    await server.context.epochs.renewSoon(sid);
    await eventually(async () => newestEpoch(await keysOf(sid)).epoch > newestEpoch(before.keys).epoch);
    expect(newestEpoch(await keysOf(sid)).epoch).toBe(newestEpoch(before.keys).epoch + 17);

    // How a session was opened.
    const { participantId } = opener.answer;
    const again = await joinAs(other, { cookie: opener.cookie, participantId });
    expect(passphraseOf(again.answer).opening).toMatchObject(given);

    // Who left, and what ended, stays gone. Tokens from before are refused, used or not.
    expect((await recordOf(ben))?.presence.state).toBe("left");
    const refused = { ok: false, error: { code: "resume_invalid" } };
    for (const { cookie, answer } of [ben, last]) {
      expect(await tryJoin(other, { cookie, participantId: answer.participantId })).toMatchObject(refused);
    }
    expect(await server.context.state.participants.count(last.answer.sessionId)).toBe(0);
    for (const token of [used, unused]) {
      expect(await tryJoin(other, { token })).toMatchObject({ ok: false, error: { code: "token_expired" } });
    }
    await eventually(async () => (await tryJoin(server, { token: await server.joinToken(roomId) })).ok);

    // The next message comes to whoever asks for what follows the last one they have, and the loss is told.
    const reading = await connectAs(reader.answer);
    const asked = await reading.call("resume", resumeFrom(3));
    const lost = asked.ok ? (asked.result["lost"] as { since: number; until: number }) : null;
    expect(lost?.since).toBe((await recordOf(reader))?.joinedAt);
    expect(lost?.until).toBeGreaterThan(before.atMs - 1_000);
    const sent = await (await connectAs(writer.answer)).call("pub-chat", plain("after"));
    const { sessionId, participantId: writerId } = writer.answer;
    const delivered = await reading.client.message(`m.${sessionId}.pub.${writerId}.chat`);
    expect(delivered.body.toString()).toContain("after");
    const sequence = sent.ok ? Number(sent.result["sequence"]) : 0;
    // Again, in case it was not heard; not to whoever came later.
    expect(await reading.call("resume", resumeFrom(sequence))).toMatchObject({ ok: true, result: { lost } });
    const late = await connectAs((await join(plainRoom)).answer);
    expect(await late.call("resume", resumeFrom(0))).toMatchObject({ ok: true, result: { lost: null } });

    // The receipt tells of the loss, of what was said since, and of all who were there.
    const lostAtMs = server.context.state.rooms.createdAtMs;
    expect((await server.context.sessions.room(plainRoom))?.losses).toEqual([lostAtMs]);
    await server.manage("/room/endRoom", { room_id: plainRoom });
    const receipt = signedReceiptSchema.parse(JSON.parse((await server.context.receipts.find(sessionId))!)).receipt;
    expect(receipt).toMatchObject({
      result: "gone",
      losses: [new Date(lostAtMs).toISOString()],
      counted: { people: 3, messages: { count: 1 } },
    });

    // No zombies: who does not come back is given up, an empty room ends, a duration is over when it was to be.
    const { state, sfu } = server.context;
    await eventually(async () => (await state.rooms.get(empty)) === null, slowMs);
    expect([
      await state.participants.count(lonely.answer.sessionId),
      await state.keys.count(lonely.answer.sessionId),
      await streamsOf(lonely.answer.sessionId),
      await sfu.hasRoom(lonely.answer.sessionId),
    ]).toEqual([0, 0, [], false]);
    await eventually(async () => (await state.rooms.get(over)) === null, slowMs);
    for (const room_id of [roomId, plainRoom, passphraseRoom]) await server.manage("/room/endRoom", { room_id });
  }, 60_000);

  it("twice in a row, and nothing is lost either", async () => {
    const roomId = await server.createRoom();
    const ada = await join(roomId);
    await connectAs(ada.answer);
    const { createdAtMs } = server.context.state.rooms;
    killEngine(server, "nats");
    await eventually(() => server.context.state.rooms.createdAtMs !== createdAtMs, slowMs);
    await loseNats();
    expect((await server.context.sessions.room(roomId))?.sessionId).toBe(ada.answer.sessionId);
    await connectAs(ada.answer);
    await server.manage("/room/endRoom", { room_id: roomId });
  }, 60_000);

  it("and a node that begins then waits for those who remember", async () => {
    const roomId = await server.createRoom();
    const { answer, cookie } = await join(roomId);
    const lost = loseNats();
    const third = await eventually(() => server.secondNode().catch(() => null), slowMs);
    const resumed = await joinAs(third, { cookie, participantId: answer.participantId });
    expect(resumed.answer.sessionId).toBe(answer.sessionId);
    await lost;
    await third[Symbol.asyncDispose]();
    await server.manage("/room/endRoom", { room_id: roomId });
  }, 60_000);
});

describe("two nodes that remember differently", () => {
  const take = <T>(mine: T) => mine;

  it("the newer value of a record comes to stand, whoever writes first", async () => {
    const { participants } = server.context.state;
    const roomId = await server.createRoom();
    const { value, revision } = (await participants.get(keyOf(await join(roomId))))!;
    const key = participantKey(value.sessionId, newParticipantId());
    const known = { key, value, revision };
    const older = { ...known, value: { ...known.value, name: "older" }, revision: known.revision - 1 };
    expect((await participants.writeBack(older, take)).corrected).toBeNull();
    // A later change of what was written back is still one of the older value.
    await participants.mutate(key, (record) => ({ ...record, metadata: "changed" }));
    const { corrected } = await other.context.state.participants.writeBack(known, take);
    expect(corrected).toMatchObject({ name: "older", metadata: "changed" });
    expect((await participants.get(key))?.value.name).toBe(known.value.name);
    // The older one does not come back.
    expect((await participants.writeBack(older, take)).stands.name).toBe(known.value.name);
    await server.manage("/room/endRoom", { room_id: roomId });
  });

  it("what had ended before the loss, and is written back by a node that was behind, ends again", async () => {
    const roomId = await server.createRoom();
    const joined = await join(roomId);
    const { sessionId } = joined.answer;
    const { rooms, participants } = server.context.state;
    const [room, person] = [(await rooms.get(roomId))!, (await participants.get(keyOf(joined)))!];
    await server.manage("/room/endRoom", { room_id: roomId });
    await eventually(() => nodes().every(({ context }) => context.state.rooms.memory.get(roomId) === undefined));
    await loseNats();
    await participants.writeBack(person, take);
    await server.context.nats.streams.restore(sessionId);
    await rooms.writeBack(room, take);
    await eventually(async () => (await rooms.get(roomId)) === null);
    await eventually(async () => (await participants.count(sessionId)) === 0);
    await eventually(async () => (await streamsOf(sessionId)).length === 0);
  }, 60_000);
});

/** The body of `pub-chat` in a room without encryption. */
function plain(text: string): Buffer {
  const id = crypto.getRandomValues(Buffer.alloc(16));
  return Buffer.concat([id, Buffer.from([0]), Buffer.from(JSON.stringify({ text }))]);
}
