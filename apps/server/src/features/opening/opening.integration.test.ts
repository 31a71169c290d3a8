import { randomBytes } from "node:crypto";
import { lobbyAnswerSchema, openSessionAnswerSchema, type ErrorBody, type JoinAnswer } from "@sotto/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connectAs } from "../../testing/connectAs.ts";
import { eventually } from "../../testing/eventually.ts";
import { joinAs, tryJoin } from "../../testing/joinAs.ts";
import { passphraseFeatures, startTestServer, type TestServer } from "../../testing/startTestServer.ts";

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

type Joined = { answer: JoinAnswer; cookie: string };

const proof = () => ({
  openerSalt: randomBytes(16).toString("base64url"),
  check: randomBytes(32).toString("base64url"),
});

async function post(path: string, cookie: string, body: unknown, at = server, headers: Record<string, string> = {}) {
  const response = await fetch(at.origin + path, {
    method: "POST",
    headers: { "content-type": "application/json", cookie, ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  const answer: unknown = await response.json();
  return { status: response.status, body: answer };
}

const codeOf = ({ status, body }: Awaited<ReturnType<typeof post>>) =>
  status === 200 ? "200" : `${status} ${(body as ErrorBody).error.code}`;

async function open({ answer, cookie }: Joined, at = server, given = proof()) {
  const { participantId } = answer;
  const outcome = await post("/api/opening", cookie, { participantId, ...given }, at);
  if (outcome.status !== 200) throw new Error(codeOf(outcome));
  return openSessionAnswerSchema.parse(outcome.body).opening;
}

const passphraseOf = ({ e2ee }: JoinAnswer) => {
  if (e2ee.model !== "passphrase") throw new Error(`not a room with a passphrase but ${e2ee.model}`);
  return e2ee;
};

const refusal = async (attempt: Parameters<typeof tryJoin>[1], at = server) => {
  const outcome = await tryJoin(at, attempt);
  return outcome.ok ? "let in" : `${outcome.status} ${outcome.error.code}`;
};

const host = { is_admin: true, name: "Grace" };
const newRoom = (settings: object = {}) => server.createRoom(passphraseFeatures, settings);
const joinWith = async (roomId: string, person: object = {}, at = server) =>
  joinAs(at, { token: await server.joinToken(roomId, person) });

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
    const opening = await open(grace, server, given);
    const openedBy = { participantId: grace.answer.participantId, name: "Grace" };
    expect(opening).toEqual({ ...given, openedBy });

    const ada = await joinAs(otherNode, { token });
    expect(passphraseOf(ada.answer)).toMatchObject({ opening, mayOpen: false });
    const { participantId } = ada.answer;
    expect(codeOf(await post("/api/opening", ada.cookie, { participantId, ...proof() }))).toBe("403 not_allowed");
    expect(await open(grace)).toEqual(opening);
    const back = await joinAs(server, { cookie: ada.cookie, participantId });
    expect(passphraseOf(back.answer)).toMatchObject({ opening, mayOpen: false });
  });

  it("is anybody's where nobody is a host, and a hidden host is none", async () => {
    const roomId = await newRoom();
    await server.joinToken(roomId, { ...host, is_hidden: true });
    const watching = await server.joinToken(roomId, { ...host, is_hidden: true });
    expect(await refusal({ token: watching })).toBe("409 not_opened");
    const ada = await joinWith(roomId);
    expect(passphraseOf(ada.answer)).toMatchObject({ opening: null, mayOpen: true });
    expect((await open(ada)).openedBy.name).toBe("Ada");
    const watcher = await joinAs(server, { token: watching });
    const { participantId } = watcher.answer;
    expect(codeOf(await post("/api/opening", watcher.cookie, { participantId, ...proof() }))).toBe("403 not_allowed");
  });

  it("becomes the host's when a host's token is made", async () => {
    const roomId = await newRoom();
    const ada = await joinWith(roomId);
    await server.joinToken(roomId, host);
    const { participantId } = ada.answer;
    expect(codeOf(await post("/api/opening", ada.cookie, { participantId, ...proof() }))).toBe("403 not_allowed");
    expect(await refusal({ cookie: ada.cookie, participantId })).toBe("409 not_opened");
  });

  it("has one winner when 50 open at once at two nodes", async () => {
    const roomId = await newRoom();
    const people = await Promise.all(
      Array.from({ length: 50 }, (_, index) => joinWith(roomId, { ...host, name: `H${index}` })),
    );
    const nodes = [server, otherNode];
    const openings = await Promise.all(people.map((person, index) => open(person, nodes[index % 2])));
    expect(new Set(openings.map((opening) => JSON.stringify(opening))).size).toBe(1);
    const { openedBy } = openings[0]!;
    const winner = people.find(({ answer }) => answer.participantId === openedBy.participantId)!;
    expect(openedBy.name).toBe(winner.answer.name);
    expect((await joinWith(roomId)).answer.e2ee).toMatchObject({ opening: openings[0] });
    expect(await server.context.state.openings.count(people[0]!.answer.sessionId)).toBe(1);
  });

  it("is another host's where the first one vanished before opening", async () => {
    const roomId = await newRoom();
    await joinWith(roomId, host);
    const second = await joinWith(roomId, { ...host, name: "Barbara" });
    expect((await open(second)).openedBy.name).toBe("Barbara");
    expect(await refusal({ token: await server.joinToken(roomId) })).toBe("let in");
  });

  it("can be done with the cookie only, of that person, from this page; and uses up nothing", async () => {
    const roomId = await newRoom();
    const grace = await joinWith(roomId, host);
    const elsewhere = await joinWith(await newRoom(), host);
    const { participantId } = grace.answer;
    const body = { participantId, ...proof() };
    const attempt = async (cookie: string, given: unknown = body, headers = {}) =>
      codeOf(await post("/api/opening", cookie, given, server, headers));
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
    const grace = await joinWith(await newRoom(), host);
    const { participantId } = grace.answer;
    const right = { participantId, ...proof() };
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
      { ...right, openedBy: { participantId, name: "Somebody" } },
      { ...right, iterations: 1 },
    ];
    for (const body of wrong) {
      expect(codeOf(await post("/api/opening", grace.cookie, body)), JSON.stringify(body)).toBe("400 body_invalid");
    }
    const huge = JSON.stringify({ ...right, check: "A".repeat(1024 * 1024) });
    expect(codeOf(await post("/api/opening", grace.cookie, huge))).toBe("413 body_too_large");
    expect(await server.context.state.openings.count(grace.answer.sessionId)).toBe(0);
  });

  it("is refused where there is no passphrase, and where the session is over", async () => {
    for (const features of [{}, undefined]) {
      const roomId = await server.createRoom(features);
      const grace = await joinWith(roomId, host);
      const { participantId } = grace.answer;
      expect(codeOf(await post("/api/opening", grace.cookie, { participantId, ...proof() }))).toBe("403 not_allowed");
    }
    const roomId = await newRoom();
    const grace = await joinWith(roomId, host);
    const { participantId, sessionId } = grace.answer;
    await server.context.state.rooms.mutate(roomId, (room) => ({
      ...room,
      phase: { name: "ending", startedAt: Date.now(), reason: "ended_by_host", claimedAt: Date.now() },
    }));
    expect(codeOf(await post("/api/opening", grace.cookie, { participantId, ...proof() }))).toBe("410 session_ended");
    expect(await server.context.state.openings.count(sessionId)).toBe(0);
  });

  it("takes back what it wrote into a session that ended meanwhile", async () => {
    const roomId = await newRoom();
    const grace = await joinWith(roomId, host);
    const { room, entry } = await server.context.ticketHolders.find(ticketOf(grace));
    await server.manage("/room/endRoom", { room_id: roomId });
    const late = server.context.openings.open(room, entry.value, proof());
    await expect(late).rejects.toMatchObject({ code: "session_ended" });
    expect(await server.context.state.openings.count(room.sessionId)).toBe(0);
  });

  it("is forgotten with the session", async () => {
    const roomId = await newRoom();
    const grace = await joinWith(roomId, host);
    await open(grace);
    const { sessionId } = grace.answer;
    expect(await server.context.state.openings.count(sessionId)).toBe(1);
    await server.manage("/room/endRoom", { room_id: roomId });
    expect(await server.context.state.openings.count(sessionId)).toBe(0);
  });

  it("says whether the operator lets links carry the passphrase", async () => {
    await using strict = await server.secondNode({ e2ee: { passphraseInLink: false } });
    const { answer } = await joinWith(await newRoom(), host, strict);
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
    const grace = await joinWith(roomId, host);
    expect(await lobby({ authorization })).toMatchObject({ passphrase: { openedBy: null, mayOpen: false } });
    await open(grace);
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
    const grace = await joinWith(roomId, host);
    await open(grace);
    const ada = await joinWith(roomId);
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
    const grace = await joinWith(roomId, host);
    await open(grace);
    await connectAs(grace.answer);
    const ada = await joinWith(roomId);
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
    expect(await server.context.participants.mayConnectMedia(sessionId, sub)).toBe(false);
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
    const alan = await joinWith(roomId, { name: "Alan" });
    expect(await refusal({ cookie: ada.cookie, participantId })).toBe("409 room_full");
    const page = await connectAs(alan.answer);
    await page.call("leave");
    expect(await refusal({ cookie: ada.cookie, participantId })).toBe("let in");
    expect(grace.answer.sessionId).toBe(alan.answer.sessionId);
  });

  it("is forgotten in the end", async () => {
    const { ada, key } = await lapsed();
    await server.context.state.participants.mutate(key, (record) => ({ ...record, resumableUntil: Date.now() }));
    await eventually(async () => (await server.context.state.participants.get(key)) === null);
    const { participantId } = ada.answer;
    expect(await refusal({ cookie: ada.cookie, participantId })).toBe("401 resume_invalid");
  });
});

function ticketOf({ answer, cookie }: Joined) {
  const [sessionId = "", token = ""] = cookie.split("=")[1]!.split(".");
  return { sessionId, participantId: answer.participantId, token };
}
