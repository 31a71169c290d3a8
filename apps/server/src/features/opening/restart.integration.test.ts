import { randomBytes } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { mediaIdentity, type JoinAnswer } from "@sotto/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pastSessions } from "../../platform/db/schema.ts";
import { connectAs } from "../../testing/connectAs.ts";
import { eventually } from "../../testing/eventually.ts";
import { joinAs, tryJoin } from "../../testing/joinAs.ts";
import {
  host,
  joinWith,
  newPassphraseRoom,
  open,
  passphraseOf,
  post,
  restart,
  type Joined,
} from "../../testing/passphraseRooms.ts";
import { startTestServer, type TestServer } from "../../testing/startTestServer.ts";

let server: TestServer;
let otherNode: TestServer;
beforeAll(async () => {
  server = await startTestServer({ sessions: { awaySeconds: 1 } });
  otherNode = await server.secondNode({ sessions: { awaySeconds: 1 } });
});
afterAll(async () => {
  await otherNode[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

const refusal = async (attempt: Parameters<typeof tryJoin>[1], at = server) => {
  const outcome = await tryJoin(at, attempt);
  return outcome.ok ? "let in" : `${outcome.status} ${outcome.error.code}`;
};
const comeBack = ({ answer, cookie }: Joined, at = server) =>
  joinAs(at, { cookie, participantId: answer.participantId });
const refusalOf = ({ answer, cookie }: Joined, at = server) =>
  refusal({ cookie, participantId: answer.participantId }, at);

const roomOf = async (roomId: string) => (await server.context.state.rooms.get(roomId))!.value;
/** As a restart leaves it whose node died. */
const retiring = (sessionId: string, claimedAt: number) => ({
  sessionId,
  openedAt: claimedAt,
  beganAt: claimedAt,
  losses: [],
  claimedAt,
  stock: null,
});
const wiped = (roomId: string) => eventually(async () => (await roomOf(roomId)).retiring === null, 10_000);

/** Everything that is left of a session anywhere, asked of the engines and not of the code that ends it. */
const leftOf = async (sid: string) => {
  const { state, nats, sfu } = server.context;
  return {
    participants: await state.participants.count(sid),
    keys: await state.keys.count(sid),
    opening: await state.openings.count(sid),
    streams: (await nats.streams.list()).filter((name) => name.endsWith(sid)),
    media: await sfu.hasRoom(sid),
    connections: await nats.connections.list(sid),
  };
};
const nothing = { participants: 0, keys: 0, opening: 0, streams: [], media: false, connections: [] };

/** The record of an ended session; each node of this test has a database of its own. */
const rowOf = async (sid: string) => {
  const rows = await Promise.all(
    [server, otherNode].map(({ context }) => context.database.sql.select().from(pastSessions)),
  );
  return rows.flat().find(({ sessionId }) => sessionId === sid);
};

/** A host and somebody else in an opened session. */
async function meeting(settings: object = {}) {
  const roomId = await newPassphraseRoom(server, settings);
  const grace = await joinWith(server, roomId, host);
  await open(server, grace);
  const lock_settings = { lock_microphone: true };
  const ada = await joinWith(otherNode, roomId, { user_metadata: { lock_settings } });
  return { roomId, grace, ada, sid: grace.answer.sessionId };
}

const mediaTokenWorks = async ({ media }: JoinAnswer) => {
  const response = await fetch(`${server.origin}/rtc/validate?access_token=${media!.token}`);
  return response.ok;
};

describe("a restart", () => {
  it("gives the room a new session, tells and disconnects everybody of the old one, and leaves nothing of it", async () => {
    const { roomId, grace, ada, sid } = await meeting();
    const pages = await Promise.all([connectAs(grace.answer), connectAs(ada.answer)]);
    const message = Buffer.alloc(16 + 41 + 1024 + 16, 9);
    message[16] = 1;
    expect(await pages[0].call("pub-chat", message)).toMatchObject({ ok: true });
    expect(await mediaTokenWorks(ada.answer)).toBe(true);

    expect(await restart(otherNode, grace)).toBe("200");
    const room = await roomOf(roomId);
    expect(room.sessionId).not.toBe(sid);
    for (const page of pages) {
      await eventually(() => page.client.socket.readyState === 3);
      expect(page.events(`m.${sid}.state.ended`)).toEqual([{ reason: "restarted" }]);
    }
    await wiped(roomId);
    expect(await leftOf(sid)).toEqual(nothing);
    expect(await rowOf(sid)).toMatchObject({ roomId, joinedParticipants: 2, endReason: "restarted", wiped: true });
    await expect(connectAs(ada.answer)).rejects.toThrow();
    await expect(connectAs({ ...ada.answer, sessionId: room.sessionId })).rejects.toThrow();
    expect(await mediaTokenWorks(ada.answer)).toBe(false);
    await server.manage("/room/endRoom", { room_id: roomId });
  });

  it("lets everybody back in with the cookie, as who they were, once it is opened anew", async () => {
    const { roomId, grace, ada, sid } = await meeting();
    await Promise.all([connectAs(grace.answer), connectAs(ada.answer)]);
    expect(await restart(server, grace)).toBe("200");
    expect(await refusalOf(ada)).toBe("409 not_opened");
    const lobby = async () => {
      const query = `?participantId=${ada.answer.participantId}`;
      const response = await fetch(`${server.origin}/api/lobby${query}`, { headers: { cookie: ada.cookie } });
      const answer: unknown = await response.json();
      return answer;
    };
    expect(await lobby()).toMatchObject({ name: "Ada", passphrase: { openedBy: null, mayOpen: false } });

    const graceAgain = await comeBack(grace, otherNode);
    const next = graceAgain.answer.sessionId;
    expect(next).not.toBe(sid);
    expect(graceAgain.answer).toMatchObject({ participantId: grace.answer.participantId, name: "Grace", role: "host" });
    expect(passphraseOf(graceAgain.answer)).toMatchObject({ opening: null, mayOpen: true });
    expect(await refusalOf(ada)).toBe("409 not_opened");
    const opening = await open(server, graceAgain);
    expect(await lobby()).toMatchObject({ passphrase: { openedBy: "Grace", mayOpen: false } });
    await wiped(roomId);

    const adaAgain = await comeBack(ada);
    const { participantId, permissions } = ada.answer;
    expect(adaAgain.answer).toMatchObject({ sessionId: next, participantId, name: "Ada", role: "participant" });
    expect(adaAgain.answer.permissions).toEqual(permissions);
    expect(permissions.publish).not.toContain("microphone");
    expect(passphraseOf(adaAgain.answer).opening).toEqual(opening);
    expect(adaAgain.cookie).toContain(next);
    const pages = await Promise.all([connectAs(graceAgain.answer), connectAs(adaAgain.answer)]);
    expect(await pages[0].call("snapshot")).toMatchObject({
      result: { participants: expect.arrayContaining([expect.objectContaining({ name: "Ada" })]) as unknown },
    });
    expect(await pages[1].call("resume", `{"after":{"public":0,"private":0}}`)).toMatchObject({ ok: true });
    expect(await mediaTokenWorks(adaAgain.answer)).toBe(true);
    expect(await refusalOf(ada)).toBe("401 resume_used");
    await server.manage("/room/endRoom", { room_id: roomId });
    expect([await leftOf(sid), await leftOf(next)]).toEqual([nothing, nothing]);
    expect(await server.context.state.successors.count(sid)).toBe(0);
    expect(await rowOf(next)).toMatchObject({ joinedParticipants: 2, endReason: "ended_by_api", wiped: true });
  });

  it("keeps people's places but shows nobody who has not come back", async () => {
    const { roomId, grace, ada } = await meeting({ max_participants: 2 });
    await Promise.all([connectAs(grace.answer), connectAs(ada.answer)]);
    await restart(server, grace);
    await wiped(roomId);
    const { sessionId } = await roomOf(roomId);
    expect(await server.context.participants.roster(sessionId)).toEqual([]);
    const people = await server.context.state.participants.entries(sessionId);
    expect(people.map(({ value }) => value.presence.state)).toEqual(["joining", "joining"]);
    expect(people.every(({ value }) => value.seat === null && value.pending === null && value.socket === null)).toBe(
      true,
    );
    await open(server, await comeBack(grace));
    expect(await refusal({ token: await server.joinToken(roomId) })).toBe("409 room_full");
    await connectAs((await comeBack(ada)).answer);
    await server.manage("/room/endRoom", { room_id: roomId });
  });

  it("happens once when hosts order it at the same time at two nodes, and all but one are told so", async () => {
    const roomId = await newPassphraseRoom(server);
    const hosts = await Promise.all(Array.from({ length: 10 }, () => joinWith(server, roomId, host)));
    await open(server, hosts[0]!);
    const nodes = [server, otherNode];
    const outcomes = await Promise.all(hosts.map((each, index) => restart(nodes[index % 2]!, each)));
    expect(outcomes.toSorted()).toEqual(["200", ...Array.from({ length: 9 }, () => "409 session_replaced")]);
    expect((await roomOf(roomId)).predecessors).toEqual([hosts[0]!.answer.sessionId]);
    await wiped(roomId);
    expect((await roomOf(roomId)).predecessors).toHaveLength(1);
    const again = await Promise.all(hosts.map((each, index) => comeBack(each, nodes[index % 2])));
    expect(new Set(again.map(({ answer }) => answer.sessionId))).toEqual(new Set([(await roomOf(roomId)).sessionId]));
    await server.manage("/room/endRoom", { room_id: roomId });
  });

  it("can be ordered again, also before anybody came back, and old cookies still find the room", async () => {
    const { roomId, grace, ada, sid } = await meeting();
    await restart(server, grace);
    const second = await comeBack(grace);
    expect(await restart(otherNode, second)).toBe("200");
    // The order of a page that has not heard of the third session is not one for a fourth.
    expect(await restart(server, second)).toBe("409 session_replaced");
    const third = await comeBack(second);
    await open(server, third);
    await wiped(roomId);
    const sids = [sid, second.answer.sessionId, third.answer.sessionId];
    expect(new Set(sids).size).toBe(3);
    expect((await roomOf(roomId)).predecessors).toEqual(sids.slice(0, 2));
    expect((await comeBack(ada)).answer.sessionId).toBe(sids[2]);
    expect([await leftOf(sids[0]!), await leftOf(sids[1]!)]).toEqual([nothing, nothing]);
    await server.manage("/room/endRoom", { room_id: roomId });
    for (const each of sids) expect(await server.context.state.successors.count(each)).toBe(0);
    expect(await refusalOf(ada)).toBe("401 resume_invalid");
  });

  it("is refused to others: no host, no passphrase, another room's cookie, other pages, other bodies", async () => {
    const { roomId, grace, ada, sid } = await meeting();
    const { participantId } = grace.answer;
    const order = { sessionId: sid, participantId };
    const attempt = async (cookie: string, body: unknown = order, headers = {}) =>
      (await post(server, "/api/restart", { cookie, body, headers })).outcome;
    expect(await restart(server, ada)).toBe("403 not_allowed");
    const elsewhere = await joinWith(server, await newPassphraseRoom(server), host);
    expect(await attempt(elsewhere.cookie)).toBe("401 resume_invalid");
    const [name = "", value = ""] = grace.cookie.split("=");
    expect(await attempt(`${name}=${elsewhere.cookie.split("=")[1]}`)).toBe("401 resume_invalid");
    const guess = randomBytes(32).toString("base64url");
    expect(await attempt(`${name}=${value.split(".")[0]}.${guess}`)).toBe("401 resume_invalid");
    expect(await attempt("")).toBe("401 resume_invalid");
    expect(await attempt(grace.cookie, order, { "sec-fetch-site": "same-site" })).toBe("403 not_allowed");
    for (const body of [
      {},
      "{",
      [],
      { participantId },
      { sessionId: sid },
      { ...order, participantId: "*" },
      { ...order, sessionId: "*" },
      { ...order, participantId: null },
      { ...order, reason: "x" },
    ]) {
      expect(await attempt(grace.cookie, body)).toBe("400 body_invalid");
    }
    expect(await attempt(grace.cookie, { ...order, participantId: "p".repeat(1024 * 1024) })).toBe(
      "413 body_too_large",
    );
    const { sessionId: foreign } = elsewhere.answer;
    expect(await attempt(grace.cookie, { ...order, sessionId: foreign })).toBe("409 session_replaced");
    for (const features of [{}, undefined]) {
      expect(await restart(server, await joinWith(server, await server.createRoom(features), host))).toBe(
        "403 not_allowed",
      );
    }
    expect((await roomOf(roomId)).sessionId).toBe(sid);
    await server.manage("/room/endRoom", { room_id: roomId });
    expect(await restart(server, grace)).toBe("401 resume_invalid");
  });

  it("takes openings for the old session no more", async () => {
    const roomId = await newPassphraseRoom(server);
    const grace = await joinWith(server, roomId, host);
    await restart(server, grace);
    await expect(open(server, grace)).rejects.toThrow("409 session_replaced");
    await wiped(roomId);
    await expect(open(server, grace)).rejects.toThrow("409 session_replaced");
    expect(await server.context.state.openings.count((await roomOf(roomId)).sessionId)).toBe(0);
    await server.manage("/room/endRoom", { room_id: roomId });
  });

  it("is not undone by a second tab of a host that has not heard of it, although it has the newest cookie", async () => {
    const roomId = await newPassphraseRoom(server);
    const tab = await joinWith(server, roomId, host);
    await restart(server, tab);
    const newest = await comeBack(tab, otherNode);
    // Both tabs send the cookie that their browser has now.
    const stale = { ...tab, cookie: newest.cookie };
    await expect(open(server, stale)).rejects.toThrow("409 session_replaced");
    expect(await restart(otherNode, stale)).toBe("409 session_replaced");
    const { sessionId, predecessors } = await roomOf(roomId);
    expect([sessionId, predecessors]).toEqual([newest.answer.sessionId, [tab.answer.sessionId]]);
    expect(await server.context.state.openings.count(sessionId)).toBe(0);

    const opening = await open(otherNode, newest);
    await expect(open(server, stale)).rejects.toThrow("409 session_replaced");
    expect(await restart(otherNode, stale)).toBe("409 session_replaced");
    expect(passphraseOf((await comeBack(newest)).answer).opening).toEqual(opening);
    await server.manage("/room/endRoom", { room_id: roomId });
  });

  it("does not bring back who left, and does not let cookies of the old session into another room", async () => {
    const { roomId, grace, ada, sid } = await meeting();
    await (await connectAs(ada.answer)).call("leave");
    await restart(server, grace);
    await wiped(roomId);
    expect(await refusalOf(ada)).toBe("401 resume_invalid");
    const other = await meeting();
    const [name = "", value = ""] = grace.cookie.split("=");
    const foreign = value.replace(sid, other.sid);
    expect(await refusal({ cookie: `${name}=${foreign}` })).toBe("401 resume_invalid");
    const impostor = `sotto_resume_${other.grace.answer.participantId}=${value}`;
    expect(await refusal({ cookie: impostor })).toBe("401 resume_invalid");
    await server.manage("/room/endRoom", { room_id: roomId });
    // The same room id later is another meeting.
    await server.manage("/room/create", { room_id: roomId, metadata: { room_title: "x", room_features: {} } });
    expect(await refusalOf(grace)).toBe("401 resume_invalid");
  });

  it("is finished by another node where the one that began it died", async () => {
    const { roomId, grace, ada, sid } = await meeting();
    await Promise.all([connectAs(grace.answer), connectAs(ada.answer)]);
    const next = randomBytes(16).toString("base64url");
    await server.context.state.rooms.mutate(roomId, (room) => ({
      ...room,
      sessionId: next,
      phase: { name: "live", startedAt: Date.now(), ready: false },
      predecessors: [sid],
      retiring: retiring(sid, Date.now() - 60_000),
    }));
    await wiped(roomId);
    expect(await leftOf(sid)).toEqual(nothing);
    expect(await rowOf(sid)).toMatchObject({ endReason: "restarted", wiped: true, joinedParticipants: 2 });
    await open(server, await comeBack(grace));
    await connectAs((await comeBack(ada)).answer);
    await server.manage("/room/endRoom", { room_id: roomId });
    expect(await leftOf(next)).toEqual(nothing);
  });

  it("lets people in also before it is finished, who were not carried over yet", async () => {
    const { roomId, grace, ada, sid } = await meeting();
    const next = randomBytes(16).toString("base64url");
    await server.context.state.rooms.mutate(roomId, (room) => ({
      ...room,
      sessionId: next,
      phase: { name: "live", startedAt: Date.now(), ready: false },
      predecessors: [sid],
      retiring: retiring(sid, Date.now()),
    }));
    await expect(connectAs(ada.answer)).rejects.toThrow();
    const graceAgain = await comeBack(grace);
    expect(graceAgain.answer.sessionId).toBe(next);
    await open(server, graceAgain);
    expect((await comeBack(ada, otherNode)).answer.sessionId).toBe(next);
    await server.manage("/room/endRoom", { room_id: roomId });
    expect([await leftOf(sid), await leftOf(next)]).toEqual([nothing, nothing]);
    expect(await server.context.state.successors.count(sid)).toBe(0);
    expect(await rowOf(sid)).toMatchObject({ endReason: "restarted", wiped: true });
    expect(await rowOf(next)).toMatchObject({ endReason: "ended_by_api", wiped: true });
  });

  /** Six hosts join and Ada resumes at two nodes while another host restarts. */
  const restartInTheRush = async (roundMs: number) => {
    const people = await meeting();
    const tokens = await Promise.all(Array.from({ length: 6 }, () => server.joinToken(people.roomId, host)));
    const nodes = [server, otherNode];
    const joins = tokens.map(async (token, index) => {
      await delay(index * 4);
      return joinAs(nodes[index % 2]!, { token });
    });
    const resumed = delay(roundMs).then(() => tryJoin(otherNode, { cookie: people.ada.cookie }));
    await delay(roundMs);
    expect(await restart(server, people.grace)).toBe("200");
    const [outcome, ...joined] = await Promise.all([resumed, ...joins]);
    const ada = outcome.ok ? outcome : people.ada;
    return { ...people, ada, joined, next: (await roomOf(people.roomId)).sessionId };
  };

  it.each([0, 3, 6, 10])("loses nobody who joins or resumes while it happens (%i ms)", async (roundMs) => {
    const { roomId, grace, ada, joined, sid, next } = await restartInTheRush(roundMs);
    await wiped(roomId);
    await open(server, await comeBack(grace));
    for (const each of [ada, ...joined]) expect((await comeBack(each)).answer.sessionId).toBe(next);
    expect(await leftOf(sid)).toEqual(nothing);
    await server.manage("/room/endRoom", { room_id: roomId });
    expect(await leftOf(next)).toEqual(nothing);
  });

  it.each([0, 4, 8])("leaves nothing when the room ends in the middle of it (%i ms)", async (roundMs) => {
    const { roomId, sid, next } = await restartInTheRush(roundMs);
    await server.manage("/room/endRoom", { room_id: roomId });
    expect([await leftOf(sid), await leftOf(next)]).toEqual([nothing, nothing]);
    expect(await server.context.state.successors.count(sid)).toBe(0);
    expect(await server.context.state.rooms.get(roomId)).toBeNull();
  });

  it("keeps everybody's way back until it is opened, however long that takes, and ten minutes more", async () => {
    const { roomId, grace, ada } = await meeting();
    await Promise.all([connectAs(grace.answer), connectAs(ada.answer)]);
    await restart(server, grace);
    await wiped(roomId);
    const { participants, state } = server.context;
    const { sessionId } = await roomOf(roomId);
    const key = `${sessionId}.${ada.answer.participantId}`;
    const ageBy = async (minutes: number) => {
      const entry = await state.participants.get(key);
      if (entry) await participants.expire(entry, Date.now() + minutes * 60_000);
      return (await state.participants.get(key))?.value.presence.state ?? "forgotten";
    };
    // Two minutes for the seat, ten to come back; the page that waits looks at the lobby meanwhile.
    for (const minutes of [3, 13, 24, 60]) expect(await ageBy(minutes)).toBe("gone");
    expect(await refusalOf(ada)).toBe("409 not_opened");

    const graceAgain = await comeBack(grace);
    const overdue = () => state.participants.mutate(key, (record) => ({ ...record, resumableUntil: Date.now() }));
    await overdue();
    await open(server, graceAgain);
    expect(await ageBy(9)).toBe("gone");
    await connectAs((await comeBack(ada)).answer);
    expect(await ageBy(60)).toBe("online");
    await server.manage("/room/endRoom", { room_id: roomId });
  });

  it("has an end: a room cannot be started again without limit", async () => {
    const { roomId, grace } = await meeting();
    const predecessors = Array.from({ length: 100 }, () => randomBytes(16).toString("base64url"));
    await server.context.state.rooms.mutate(roomId, (room) => ({ ...room, predecessors }));
    expect(await restart(server, grace)).toBe("429 rate_limited");
    await server.manage("/room/endRoom", { room_id: roomId });
  });

  it("refuses the media identity of the old session's pages in both sessions", async () => {
    const { roomId, grace, ada, sid } = await meeting();
    await connectAs(ada.answer);
    const claims = Buffer.from(ada.answer.media!.token.split(".")[1]!, "base64url").toString();
    const { sub } = JSON.parse(claims) as { sub: string };
    expect(sub.startsWith(mediaIdentity(ada.answer.participantId, ""))).toBe(true);
    expect(await server.context.standings.mediaRights({ sessionId: sid, identity: sub })).not.toBeNull();
    await restart(server, grace);
    await wiped(roomId);
    const { sessionId: next } = await roomOf(roomId);
    expect(await server.context.standings.mediaRights({ sessionId: sid, identity: sub })).toBeNull();
    expect(await server.context.standings.mediaRights({ sessionId: next, identity: sub })).toBeNull();
    await server.manage("/room/endRoom", { room_id: roomId });
  });
});
