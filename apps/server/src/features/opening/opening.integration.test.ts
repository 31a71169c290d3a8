import { randomBytes } from "node:crypto";
import { lobbyAnswerSchema, type ErrorBody } from "@sotto/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
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
  proof,
  ticketOf,
  type Joined,
} from "../../testing/passphraseRooms.ts";
import { startTestServer, type TestServer } from "../../testing/startTestServer.ts";

let server: TestServer;
let otherNode: TestServer;
beforeAll(async () => {
  server = await startTestServer({ sessions: { awaySeconds: 1, seatSeconds: 2 } });
  otherNode = await server.secondNode({ sessions: { awaySeconds: 1, seatSeconds: 2 } });
});
afterAll(async () => {
  await otherNode[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

const refusal = async (attempt: Parameters<typeof tryJoin>[1], at = server) => {
  const outcome = await tryJoin(at, attempt);
  return outcome.ok ? "let in" : `${outcome.status} ${outcome.error.code}`;
};

const newRoom = (settings?: object) => newPassphraseRoom(server, settings);

/** The outcome of `POST /api/opening`. */
const outcomeOfOpening = async ({ cookie, answer }: Joined, changes: object = {}) => {
  const { sessionId, participantId } = answer;
  const body = { sessionId, participantId, ...proof(), ...changes };
  return (await post(server, "/api/opening", { cookie, body })).outcome;
};

const phaseOf = async (roomId: string) => (await server.context.state.rooms.get(roomId))?.value.phase.name;

describe("opening a session with a passphrase", () => {
  it("is the host's; others wait outside with their tokens unused, and start nothing", async () => {
    const roomId = await newRoom();
    const hostToken = await server.joinToken(roomId, host);
    const token = await server.joinToken(roomId);
    expect(await refusal({ token })).toBe("409 not_opened");
    expect(await refusal({ token }, otherNode)).toBe("409 not_opened");
    expect(await phaseOf(roomId)).toBe("open");

    const grace = await joinAs(server, { token: hostToken });
    expect(passphraseOf(grace.answer)).toEqual({
      model: "passphrase",
      version: "v1",
      epoch: 0,
      opening: null,
      mayOpen: true,
      mayPutInLink: true,
    });
    expect(await refusal({ token })).toBe("409 not_opened");
    const given = proof();
    const opened = await open(server, grace, given);
    const openedBy = { participantId: grace.answer.participantId, name: "Grace" };
    expect(opened).toEqual({ ...given, openedBy });

    const ada = await joinAs(otherNode, { token });
    expect(passphraseOf(ada.answer)).toMatchObject({ opening: opened, mayOpen: false });
    expect(await outcomeOfOpening(ada)).toBe("403 not_allowed");
    expect(await open(server, grace)).toEqual(opened);
    const back = await joinAs(server, { cookie: ada.cookie, participantId: ada.answer.participantId });
    expect(passphraseOf(back.answer)).toMatchObject({ opening: opened, mayOpen: false });
  });

  it("is anybody's where nobody is a host, and a hidden host is none", async () => {
    const roomId = await newRoom();
    await server.joinToken(roomId, { ...host, is_hidden: true });
    const watching = await server.joinToken(roomId, { ...host, is_hidden: true });
    expect(await refusal({ token: watching })).toBe("409 not_opened");
    const ada = await joinWith(server, roomId);
    expect(passphraseOf(ada.answer)).toMatchObject({ opening: null, mayOpen: true });
    expect((await open(server, ada)).openedBy.name).toBe("Ada");
    const watcher = await joinAs(server, { token: watching });
    expect(await outcomeOfOpening(watcher)).toBe("403 not_allowed");
  });

  it("becomes the host's when a host's token is made", async () => {
    const roomId = await newRoom();
    const ada = await joinWith(server, roomId);
    await server.joinToken(roomId, host);
    expect(await outcomeOfOpening(ada)).toBe("403 not_allowed");
    expect(await refusal({ cookie: ada.cookie })).toBe("409 not_opened");
  });

  it("has one winner when 50 open at once at two nodes", async () => {
    const roomId = await newRoom();
    const people = await Promise.all(
      Array.from({ length: 50 }, (_, index) => joinWith(server, roomId, { ...host, name: `H${index}` })),
    );
    const nodes = [server, otherNode];
    const openings = await Promise.all(people.map((person, index) => open(nodes[index % 2]!, person)));
    expect(new Set(openings.map((opening) => JSON.stringify(opening))).size).toBe(1);
    const { openedBy } = openings[0]!;
    const winner = people.find(({ answer }) => answer.participantId === openedBy.participantId)!;
    expect(openedBy.name).toBe(winner.answer.name);
    expect((await joinWith(server, roomId)).answer.e2ee).toMatchObject({ opening: openings[0] });
    expect(await server.context.state.openings.count(people[0]!.answer.sessionId)).toBe(1);
  });

  it("is another host's where the first one vanished before opening", async () => {
    const roomId = await newRoom();
    await joinWith(server, roomId, host);
    const second = await joinWith(server, roomId, { ...host, name: "Barbara" });
    expect((await open(server, second)).openedBy.name).toBe("Barbara");
    expect(await refusal({ token: await server.joinToken(roomId) })).toBe("let in");
  });

  it("can be done with the cookie only, of that person, from this page; and uses up nothing", async () => {
    const roomId = await newRoom();
    const grace = await joinWith(server, roomId, host);
    const elsewhere = await joinWith(server, await newRoom(), host);
    const { sessionId, participantId } = grace.answer;
    const body = { sessionId, participantId, ...proof() };
    const attempt = async (cookie: string, given: unknown = body, headers = {}) =>
      (await post(server, "/api/opening", { cookie, body: given, headers })).outcome;
    expect(await attempt("")).toBe("401 resume_invalid");
    expect(await attempt(elsewhere.cookie)).toBe("401 resume_invalid");
    const [name = ""] = grace.cookie.split("=");
    const [, foreign = ""] = elsewhere.cookie.split("=");
    expect(await attempt(`${name}=${foreign}`)).toBe("401 resume_invalid");
    const [sid = ""] = grace.cookie.split("=")[1]!.split(".");
    expect(await attempt(`${name}=${sid}.${randomBytes(32).toString("base64url")}`)).toBe("401 resume_invalid");
    expect(await attempt(grace.cookie, body, { "sec-fetch-site": "cross-site" })).toBe("403 not_allowed");
    const token = await server.joinToken(roomId, host);
    expect(await attempt("", body, { authorization: `Bearer ${token}` })).toBe("401 resume_invalid");
    expect(await server.context.state.openings.count(grace.answer.sessionId)).toBe(0);
    expect(await attempt(grace.cookie)).toBe("200");
    expect(await attempt(grace.cookie)).toBe("200");
    await joinAs(server, { cookie: grace.cookie, participantId });
  });

  it("takes exactly its fields, in their one form", async () => {
    const grace = await joinWith(server, await newRoom(), host);
    const { sessionId, participantId } = grace.answer;
    const right = { sessionId, participantId, ...proof() };
    const wrong: unknown[] = [
      {},
      [],
      "null",
      "{",
      { ...right, openerSalt: undefined },
      { ...right, openerSalt: "" },
      { ...right, openerSalt: randomBytes(15).toString("base64url") },
      { ...right, openerSalt: randomBytes(17).toString("base64url") },
      { ...right, openerSalt: `${"A".repeat(21)}B` },
      { ...right, openerSalt: `${"A".repeat(22)}==` },
      { ...right, openerSalt: `${"A".repeat(21)}/` },
      { ...right, check: randomBytes(31).toString("base64url") },
      { ...right, check: randomBytes(33).toString("base64url") },
      { ...right, check: `${"A".repeat(42)}B` },
      { ...right, check: `${"A".repeat(42)}\n` },
      { ...right, check: 7 },
      { ...right, participantId: "*" },
      { ...right, participantId: undefined },
      { ...right, sessionId: undefined },
      { ...right, sessionId: `${sessionId}A` },
      { ...right, openedBy: { participantId, name: "Somebody" } },
      { ...right, iterations: 1 },
    ];
    for (const body of wrong) {
      const { outcome } = await post(server, "/api/opening", { cookie: grace.cookie, body });
      expect(outcome, JSON.stringify(body)).toBe("400 body_invalid");
    }
    expect(await outcomeOfOpening(grace, { check: "A".repeat(1024 * 1024) })).toBe("413 body_too_large");
    expect(await server.context.state.openings.count(grace.answer.sessionId)).toBe(0);
  });

  it("is refused where there is no passphrase, and where the session is over", async () => {
    for (const features of [{}, undefined]) {
      const roomId = await server.createRoom(features);
      const grace = await joinWith(server, roomId, host);
      expect(await outcomeOfOpening(grace)).toBe("403 not_allowed");
    }
    const roomId = await newRoom();
    const grace = await joinWith(server, roomId, host);
    const { sessionId } = grace.answer;
    const now = Date.now();
    await server.context.state.rooms.mutate(roomId, (room) => ({
      ...room,
      phase: { name: "ending", startedAt: now, reason: "ended_by_host", endedAt: now, claimedAt: now, stock: null },
    }));
    expect(await outcomeOfOpening(grace)).toBe("410 session_ended");
    expect(await server.context.state.openings.count(sessionId)).toBe(0);
  });

  it("takes back what it wrote into a session that ended meanwhile", async () => {
    const roomId = await newRoom();
    const grace = await joinWith(server, roomId, host);
    const { room, entry } = await server.context.ticketHolders.find(ticketOf(grace));
    await server.manage("/room/endRoom", { room_id: roomId });
    const late = server.context.openings.open(room, entry.value, proof());
    await expect(late).rejects.toMatchObject({ code: "session_ended" });
    expect(await server.context.state.openings.count(room.sessionId)).toBe(0);
  });

  it("is forgotten with the session", async () => {
    const roomId = await newRoom();
    const grace = await joinWith(server, roomId, host);
    await open(server, grace);
    const { sessionId } = grace.answer;
    expect(await server.context.state.openings.count(sessionId)).toBe(1);
    await server.manage("/room/endRoom", { room_id: roomId });
    expect(await server.context.state.openings.count(sessionId)).toBe(0);
  });

  it("says whether the operator lets links carry the passphrase", async () => {
    await using strict = await server.secondNode({ e2ee: { passphraseInLink: false } });
    const { answer } = await joinWith(strict, await newRoom(), host);
    expect(passphraseOf(answer).mayPutInLink).toBe(false);
  });
});

describe("the lobby of a room with a passphrase", () => {
  const lobby = async (headers: Record<string, string>, query = "", at = server) => {
    const response = await fetch(`${at.origin}/api/lobby${query}`, { headers });
    const body: unknown = await response.json();
    return response.ok ? lobbyAnswerSchema.parse(body) : `${response.status} ${(body as ErrorBody).error.code}`;
  };

  it("says who opened the session and whether one may", async () => {
    const roomId = await newRoom();
    const authorization = `Bearer ${await server.joinToken(roomId)}`;
    expect(await lobby({ authorization })).toMatchObject({ passphrase: { openedBy: null, mayOpen: true } });
    const grace = await joinWith(server, roomId, host);
    expect(await lobby({ authorization })).toMatchObject({ passphrase: { openedBy: null, mayOpen: false } });
    await open(server, grace);
    expect(await lobby({ authorization }, "", otherNode)).toMatchObject({
      e2eeModel: "passphrase",
      passphrase: { openedBy: "Grace", mayOpen: false },
    });
    expect(JSON.stringify(await lobby({ authorization }))).not.toMatch(/salt|check/i);
    expect(await lobby({ authorization: `Bearer ${await server.joinToken(await server.createRoom())}` })).toMatchObject(
      {
        passphrase: null,
      },
    );
  });

  it("answers to the resume cookie, as often as wanted, and changes nothing", async () => {
    const roomId = await newRoom();
    const grace = await joinWith(server, roomId, host);
    await open(server, grace);
    const ada = await joinWith(server, roomId);
    const { participantId, sessionId } = ada.answer;
    const key = `${sessionId}.${participantId}`;
    const before = await server.context.state.participants.get(key);
    const query = `?participantId=${participantId}`;
    for (const at of [server, otherNode, server]) {
      expect(await lobby({ cookie: `${grace.cookie}; ${ada.cookie}` }, query, at)).toMatchObject({
        name: "Ada",
        role: "participant",
        mayRename: false,
        passphrase: { openedBy: "Grace", mayOpen: false },
      });
    }
    expect(await server.context.state.participants.get(key)).toEqual(before);
    expect(await lobby({ cookie: ada.cookie })).toMatchObject({ name: "Ada" });
    expect(await lobby({ cookie: `${grace.cookie}; ${ada.cookie}` })).toBe("401 resume_invalid");
    expect(await lobby({ cookie: grace.cookie }, query)).toBe("401 resume_invalid");
    expect(await lobby({ cookie: ada.cookie }, "?participantId=*")).toBe("400 body_invalid");
    expect(await lobby({ cookie: ada.cookie }, `${query}&${query.slice(1)}`)).toBe("400 body_invalid");
    expect(await lobby({ cookie: ada.cookie, "sec-fetch-site": "cross-site" }, query)).toBe("403 not_allowed");
    expect(await lobby({})).toBe("401 token_missing");
    await server.manage("/room/endRoom", { room_id: roomId });
    expect(await lobby({ cookie: ada.cookie }, query)).toBe("401 resume_invalid");
  });
});

describe("somebody who types the passphrase for longer than a seat is kept", () => {
  const lapsed = async (settings: object = {}) => {
    const roomId = await newRoom(settings);
    const grace = await joinWith(server, roomId, host);
    await open(server, grace);
    await connectAs(grace.answer);
    const ada = await joinWith(server, roomId);
    const key = `${ada.answer.sessionId}.${ada.answer.participantId}`;
    const presence = async () => (await server.context.state.participants.get(key))?.value.presence.state;
    await eventually(async () => (await presence()) === "gone");
    return { roomId, grace, ada, key, presence };
  };

  it("comes back with the cookie, and is not on the list meanwhile", async () => {
    const { ada, grace, presence } = await lapsed();
    const { sessionId, participantId } = ada.answer;
    expect(await server.context.participants.roster(sessionId)).toMatchObject([{ name: "Grace" }]);
    await expect(connectAs(ada.answer)).rejects.toThrow();
    const identity = Buffer.from(ada.answer.media!.token.split(".")[1]!, "base64url").toString();
    const { sub } = JSON.parse(identity) as { sub: string };
    expect(await server.context.standings.mediaRights({ sessionId, identity: sub })).toBeNull();
    const second = await joinAs(otherNode, { cookie: ada.cookie, participantId });
    expect(passphraseOf(second.answer).opening?.openedBy.participantId).toBe(grace.answer.participantId);
    await eventually(async () => (await presence()) === "gone");
    const third = await joinAs(server, { cookie: second.cookie, participantId });
    await connectAs(third.answer);
    expect(await presence()).toBe("online");
  });

  it("takes up no place, and finds none where others have them all", async () => {
    const { roomId, ada, grace } = await lapsed({ max_participants: 2 });
    const { participantId } = ada.answer;
    const alan = await joinWith(server, roomId, { name: "Alan" });
    expect(await refusal({ cookie: ada.cookie, participantId })).toBe("409 room_full");
    const page = await connectAs(alan.answer);
    await page.call("leave");
    expect(await refusal({ cookie: ada.cookie, participantId })).toBe("let in");
    expect(grace.answer.sessionId).toBe(alan.answer.sessionId);
  });

  it("is forgotten in the end", async () => {
    const { ada, key } = await lapsed();
    const { participants, openings } = server.context.state;
    const { participantId, sessionId } = ada.answer;
    const openedAt = Date.now() - 10 * 60_000;
    await openings.mutate(sessionId, (opening) => ({ ...opening, openedAt }));
    await participants.mutate(key, (record) => ({ ...record, resumableUntil: Date.now() }));
    await eventually(async () => (await participants.get(key)) === null);
    expect(await refusal({ cookie: ada.cookie, participantId })).toBe("401 resume_invalid");
  });
});
