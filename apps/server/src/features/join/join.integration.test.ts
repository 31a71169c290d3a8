import { randomUUID } from "node:crypto";
import { request as httpRequest } from "node:http";
import { snapshotSchema } from "@sotto/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { signHs256 } from "../../platform/jwt/hs256.ts";
import { connectAs } from "../../testing/connectAs.ts";
import { eventually } from "../../testing/eventually.ts";
import { joinAs, tryJoin } from "../../testing/joinAs.ts";
import { open } from "../../testing/passphraseRooms.ts";
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

/** A token with a right signature and any claims. */
const forge = (room_id: string, changes: Record<string, unknown> = {}, secret = server.secrets.api.secret) => {
  const now = Math.floor(Date.now() / 1000);
  const { key } = server.secrets.api;
  return signHs256(
    { iss: key, sub: "u", name: "Ada", room_id, nbf: now, exp: now + 600, jti: randomUUID(), ...changes },
    secret,
  );
};

describe("a join token", () => {
  it("lets one person in, once", async () => {
    const roomId = await server.createRoom();
    const token = await server.joinToken(roomId, { is_admin: true });
    const { answer } = await joinAs(server, { token });
    expect(answer).toMatchObject({ name: "Ada", role: "host", waiting: false, room: { roomId, title: "A title" } });
    expect(answer.e2ee).toMatchObject({ model: "server", epochs: [{ epoch: 0 }] });
    expect(await refusal({ token })).toBe("409 token_used");
    expect(await refusal({ token }, otherNode)).toBe("409 token_used");
  });

  it("is not used up by the lobby, which then says that it was used", async () => {
    const roomId = await server.createRoom();
    const token = await server.joinToken(roomId);
    const lobby = async () => {
      const response = await fetch(`${server.origin}/api/lobby`, { headers: { authorization: `Bearer ${token}` } });
      return (await response.json()) as Record<string, unknown>;
    };
    const seen = { roomId, title: "A title", name: "Ada", role: "participant", e2eeModel: "server", mayRename: false };
    expect(await lobby()).toMatchObject(seen);
    expect(await lobby()).toMatchObject(seen);
    await joinAs(server, { token });
    expect(await lobby()).toMatchObject({ error: { code: "token_used" } });
  });

  it("lets exactly one of 100 in that come at the same time at two nodes", async () => {
    const roomId = await server.createRoom();
    const token = await server.joinToken(roomId);
    const attempts = Array.from({ length: 100 }, (_, index) => tryJoin(index % 2 ? server : otherNode, { token }));
    const outcomes = await Promise.all(attempts);
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1);
    const refusals = new Set(outcomes.map((outcome) => (outcome.ok ? "in" : outcome.error.code)));
    expect(refusals).toEqual(new Set(["in", "token_used"]));
    expect(await server.manage("/room/getActiveRoomInfo", { room_id: roomId })).toMatchObject({
      room: { room_info: { joined_participants: "1" } },
    });
  });

  it("stays used after its holder left", async () => {
    const roomId = await server.createRoom();
    const token = await server.joinToken(roomId);
    const { answer } = await joinAs(server, { token });
    const participant = await connectAs(answer);
    expect(await participant.call("leave")).toEqual({ ok: true, result: {} });
    expect(await refusal({ token })).toBe("409 token_used");
  });

  it("is checked for age, algorithm, key, issuer and content", async () => {
    const roomId = await server.createRoom();
    const now = Math.floor(Date.now() / 1000);
    const [header = "", claims = "", mac = ""] = forge(roomId).split(".");
    const none = Buffer.from(`{"alg":"none","typ":"JWT"}`).toString("base64url");
    const rs256 = Buffer.from(`{"alg":"RS256","typ":"JWT"}`).toString("base64url");
    const cases: [string, string][] = [
      [forge(roomId, { nbf: now - 900, exp: now - 300 }), "401 token_expired"],
      [forge(roomId, { nbf: now + 300 }), "401 token_not_yet_valid"],
      // made before NATS was (re)started with an empty memory: nobody knows any more whether it was used
      [forge(roomId, { nbf: now - 590 }), "401 token_expired"],
      [`${none}.${claims}.`, "401 token_invalid"],
      [`${none}.${claims}.${mac}`, "401 token_invalid"],
      [`${rs256}.${claims}.${mac}`, "401 token_invalid"],
      [`${header}.${claims.slice(0, -1)}A.${mac}`, "401 token_invalid"],
      [forge(roomId, {}, "another secret, which has enough characters"), "401 token_invalid"],
      [forge(roomId, { iss: "somebody" }), "401 token_invalid"],
      [forge(roomId, { jti: undefined }), "401 token_invalid"],
      [forge(roomId, { name: "" }), "401 token_invalid"],
      [forge(roomId, { room_id: "*" }), "401 token_invalid"],
      [forge(roomId, { exp: undefined }), "401 token_invalid"],
      [server.context.sfu.identityToken(page), "401 token_invalid"],
      [forge("no-such-room"), "404 room_not_found"],
      ["", "401 token_missing"],
    ];
    for (const [token, expected] of cases) expect(await refusal({ token })).toBe(expected);
    expect(await server.manage("/room/getActiveRoomInfo", { room_id: roomId })).toMatchObject({
      room: { participants_info: [] },
    });
    expect(await server.context.sfu.hasRoom((await roomOf(roomId)).sessionId)).toBe(false);
  });

  it("is given back where the join fails before anything was handed out", async () => {
    const roomId = await server.createRoom({}, { max_participants: 1 });
    const first = await joinAs(server, { token: await server.joinToken(roomId) });
    const token = await server.joinToken(roomId);
    expect(await refusal({ token })).toBe("409 room_full");
    const participant = await connectAs(first.answer);
    await participant.call("leave");
    expect(await refusal({ token })).toBe("let in");
  });

  it("never lets in more than max_participants, and that many when all come at once", async () => {
    const roomId = await server.createRoom({}, { max_participants: 5 });
    const tokens = await Promise.all(Array.from({ length: 20 }, () => server.joinToken(roomId)));
    const nodes = [server, otherNode];
    const outcomes = await Promise.all(tokens.map((token, index) => tryJoin(nodes[index % 2]!, { token })));
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(5);
    expect(outcomes.every((outcome) => outcome.ok || outcome.error.code === "room_full")).toBe(true);
  });

  it.each(["", "AAAA", "!".repeat(22), 7, null])("asks for a right sender nonce, not %j", async (senderNonce) => {
    const roomId = await server.createRoom();
    const token = await server.joinToken(roomId);
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const body = JSON.stringify({ senderNonce });
    const response = await fetch(`${server.origin}/api/join`, { method: "POST", headers, body });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { code: "body_invalid" } });
    expect(await refusal({ token })).toBe("let in");
  });
});

it("a Host header that is no address uses no token up", async () => {
  const { hostname, port } = new URL(server.origin);
  const token = await server.joinToken(await server.createRoom());
  const headers = { host: "[", authorization: `Bearer ${token}`, "content-type": "application/json" };
  const status = await new Promise((resolve, reject) => {
    const options = { hostname, port, path: "/api/join", method: "POST", headers };
    const request = httpRequest(options, (response) => resolve(response.resume().statusCode));
    request.on("error", reject);
    request.end(`{"senderNonce":"${"A".repeat(22)}"}`);
  });
  expect(status).toBe(400);
  expect(await refusal({ token })).toBe("let in");
});

describe("the first join", () => {
  it("makes one session however many come first, on several nodes", async () => {
    const roomId = await server.createRoom();
    const tokens = await Promise.all(Array.from({ length: 16 }, () => server.joinToken(roomId)));
    const nodes = [server, otherNode];
    const joins = await Promise.all(tokens.map((token, index) => joinAs(nodes[index % 2]!, { token })));
    expect(new Set(joins.map(({ answer }) => answer.sessionId)).size).toBe(1);
    expect(new Set(joins.map(({ answer }) => JSON.stringify(answer.e2ee))).size).toBe(1);
    const unique = (pick: (join: (typeof joins)[number]) => unknown) => new Set(joins.map(pick)).size;
    expect(unique(({ answer }) => answer.participantId)).toBe(16);
    expect(unique(({ answer }) => answer.nats.secret)).toBe(16);
    expect(unique(({ answer }) => answer.nats.inboxPrefix)).toBe(16);
    await Promise.all(joins.map(({ answer }) => connectAs(answer)));
  });

  it("lets nobody connect with another's secret, or to another session", async () => {
    const [one, two] = await Promise.all([server.createRoom(), server.createRoom()]);
    const a = (await joinAs(server, { token: await server.joinToken(one) })).answer;
    const b = (await joinAs(server, { token: await server.joinToken(two) })).answer;
    await expect(connectAs({ ...a, nats: { ...a.nats, secret: b.nats.secret } })).rejects.toThrow();
    await expect(connectAs({ ...a, sessionId: b.sessionId })).rejects.toThrow();
    await connectAs(a);
  });
});

describe("resuming", () => {
  const seated = async () => {
    const roomId = await server.createRoom();
    const { answer, cookie } = await joinAs(server, { token: await server.joinToken(roomId) });
    return { roomId, answer, cookie, participantId: answer.participantId };
  };

  it("gives the same participant a new seat and closes the old one", async () => {
    const { answer, cookie, participantId } = await seated();
    const before = await connectAs(answer);
    const again = await joinAs(otherNode, { cookie, participantId });
    expect(again.answer).toMatchObject({ participantId, sessionId: answer.sessionId, e2ee: answer.e2ee });
    expect(again.answer.nats.secret).not.toBe(answer.nats.secret);
    expect(before.client.socket.readyState).toBe(1);
    await connectAs(again.answer);
    await eventually(() => before.client.socket.readyState === 3);
    expect(before.events(`m.${answer.sessionId}.to.${participantId}.dismissed`)).toEqual([{ reason: "replaced" }]);
    await expect(connectAs(answer)).rejects.toThrow();
    expect(await refusal({ cookie, participantId })).toBe("401 resume_used");
    await joinAs(server, { cookie: again.cookie, participantId });
  });

  it("works again where the answer was lost", async () => {
    const { answer, cookie, participantId } = await seated();
    await connectAs(answer);
    const lost = await joinAs(server, { cookie, participantId });
    const second = await joinAs(server, { cookie, participantId });
    await expect(connectAs(lost.answer)).rejects.toThrow();
    expect(await refusal({ cookie: lost.cookie, participantId })).toBe("401 resume_invalid");
    const third = await joinAs(server, { cookie: second.cookie, participantId });
    await connectAs(third.answer);
    expect(await refusal({ cookie: second.cookie, participantId })).toBe("401 resume_used");
  });

  it("has one winner when the same token comes 20 times at once", async () => {
    const { answer, cookie, participantId } = await seated();
    await connectAs(answer);
    const nodes = [server, otherNode];
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, index) => tryJoin(nodes[index % 2]!, { cookie, participantId })),
    );
    const connected = await Promise.allSettled(
      outcomes.map(async (outcome) => (outcome.ok ? connectAs(outcome.answer) : Promise.reject(new Error("refused")))),
    );
    expect(connected.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });

  it("is over after leaving", async () => {
    const { answer, cookie, participantId } = await seated();
    const participant = await connectAs(answer);
    await participant.call("leave");
    expect(await refusal({ cookie, participantId })).toBe("401 resume_invalid");
    await eventually(() => participant.client.socket.readyState === 3);
    await expect(connectAs(answer)).rejects.toThrow();
  });

  it("is over when the meeting is", async () => {
    const { roomId, cookie, participantId } = await seated();
    await server.manage("/room/endRoom", { room_id: roomId });
    expect(await refusal({ cookie, participantId })).toBe("401 resume_invalid");
  });

  it("picks the named one of two cookies, and none where it is not said which", async () => {
    const roomId = await server.createRoom();
    const [a, b] = await Promise.all([1, 2].map(async () => joinAs(server, { token: await server.joinToken(roomId) })));
    const cookie = `${a!.cookie}; ${b!.cookie}`;
    expect(await refusal({ cookie })).toBe("401 resume_invalid");
    const again = await joinAs(server, { cookie, participantId: b!.answer.participantId });
    expect(again.answer.participantId).toBe(b!.answer.participantId);
  });

  it("refuses other people's and broken cookies, and other pages", async () => {
    const { cookie, participantId } = await seated();
    const [name, value = ""] = cookie.split("=");
    expect(await refusal({ participantId })).toBe("401 resume_invalid");
    expect(await refusal({})).toBe("401 token_missing");
    expect(await refusal({ cookie: `${name}=${value.slice(0, -1)}B`, participantId })).toBe("401 resume_invalid");
    expect(await refusal({ cookie: `${name}=x`, participantId })).toBe("401 resume_invalid");
    expect(await refusal({ cookie: `sotto_resume_p_${"A".repeat(16)}=${value}` })).toBe("401 resume_invalid");
    const headers = { "sec-fetch-site": "cross-site" };
    expect(await refusal({ cookie, participantId, headers })).toBe("403 not_allowed");
    await joinAs(server, { cookie, participantId });
  });

  it("brings back whoever was away, and later also gone from the list", async () => {
    const { answer, cookie, participantId } = await seated();
    const other = await connectAs((await joinAs(server, { token: await server.joinToken(answer.room.roomId) })).answer);
    const participant = await connectAs(answer);
    participant.client.socket.terminate();
    const state = async () => {
      const snapshot = await other.call("snapshot");
      const { participants } = snapshotSchema.parse(snapshot.ok && snapshot.result);
      return participants.find((entry) => entry.participantId === participantId)?.connection ?? "not there";
    };
    await eventually(async () => (await state()) === "away");
    await eventually(async () => (await state()) === "not there");
    const back = await joinAs(server, { cookie, participantId });
    await connectAs(back.answer);
    await eventually(async () => (await state()) === "online");
  });

  it("gives up a seat that nobody takes", async () => {
    const { answer } = await seated();
    const key = `${answer.sessionId}.${answer.participantId}`;
    expect(await server.context.state.participants.get(key)).not.toBeNull();
    await eventually(async () => (await server.context.state.participants.get(key)) === null);
    await expect(connectAs(answer)).rejects.toThrow();
  });
});

describe("guests", () => {
  const post = async (path: string, body: unknown = {}) => {
    const headers = { "content-type": "application/json" };
    const response = await fetch(server.origin + path, { method: "POST", headers, body: JSON.stringify(body) });
    return [response.status, (await response.json()) as Record<string, string>] as const;
  };

  it("open a meeting, follow its link and choose their names", async () => {
    const [, { roomId, token }] = await post("/api/meetings", { title: "Tea" });
    const host = await joinAs(server, { token: token!, name: "Grace" });
    expect(host.answer).toMatchObject({
      name: "Grace",
      role: "host",
      e2ee: { model: "server" },
      room: { title: "Tea" },
    });
    const [, guest] = await post(`/api/meetings/${roomId}/tokens`);
    expect(await refusal({ token: guest["token"]! })).toBe("400 body_invalid");
    const { answer } = await joinAs(server, { token: guest["token"]!, name: "Alan" });
    expect(answer).toMatchObject({ name: "Alan", role: "participant", sessionId: host.answer.sessionId });
  });

  it("open a meeting with a passphrase, which is theirs to open", async () => {
    const [, { roomId, token }] = await post("/api/meetings", { keyModel: "passphrase" });
    const [, guest] = await post(`/api/meetings/${roomId}/tokens`);
    expect(await refusal({ token: guest["token"]!, name: "Alan" })).toBe("409 not_opened");
    const host = await joinAs(server, { token: token!, name: "Grace" });
    expect(host.answer.e2ee).toMatchObject({ model: "passphrase", opening: null, mayOpen: true });
    expect((await open(server, host)).openedBy.name).toBe("Grace");
    const alan = await joinAs(otherNode, { token: guest["token"]!, name: "Alan" });
    expect(alan.answer.e2ee).toMatchObject({ opening: { openedBy: { name: "Grace" } }, mayOpen: false });
    for (const keyModel of ["none", "", null, 1]) {
      expect((await post("/api/meetings", { keyModel }))[0]).toBe(400);
    }
  });

  it("get no token for an integrator's room, nor for one that does not exist", async () => {
    const roomId = await server.createRoom();
    for (const id of [roomId, "none", "%2e%2e", "a%20b", "*"]) {
      expect((await post(`/api/meetings/${id}/tokens`))[0]).toBe(404);
    }
  });

  it("cannot choose the name that an integrator fixed", async () => {
    const token = await server.joinToken(await server.createRoom());
    expect((await joinAs(server, { token, name: "Somebody" })).answer.name).toBe("Ada");
  });

  it("open no meeting where the operator does not want it, or too many", async () => {
    await using closed = await server.secondNode({ guests: { mayOpenMeetings: false } });
    const openAt = (at: TestServer) => fetch(`${at.origin}/api/meetings`, { method: "POST" });
    expect((await openAt(closed)).status).toBe(403);
    await using slow = await server.secondNode({ guests: { requestsPerMinute: 2 } });
    expect((await openAt(slow)).status).toBe(200);
    expect((await openAt(slow)).status).toBe(200);
    const refused = await openAt(slow);
    expect([refused.status, await refused.json()]).toMatchObject([429, { error: { code: "rate_limited" } }]);
  });
});

const page = { sessionId: "s", identity: "p" };

async function roomOf(roomId: string) {
  const room = await server.context.sessions.room(roomId);
  if (room === null) throw new Error("no room");
  return room;
}
