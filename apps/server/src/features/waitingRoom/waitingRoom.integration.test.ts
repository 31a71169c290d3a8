import { participantIdBytes, rpcMethods, subjects, type JoinAnswer } from "@sotto/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Admission } from "../join/Admission.ts";
import { pastSessions } from "../../platform/db/schema.ts";
import { RawSignalling } from "../../platform/sfu/testing/RawSignalling.ts";
import { answeringLate } from "../../testing/answeringLate.ts";
import { connectPerson, enter, type Person } from "../../testing/enter.ts";
import { eventually } from "../../testing/eventually.ts";
import { joinAs, tryJoin } from "../../testing/joinAs.ts";
import { host, open, passphraseOf, post, proof } from "../../testing/passphraseRooms.ts";
import { sealedMessage } from "../../testing/sealedMessage.ts";
import { passphraseFeatures, startTestServer, type TestServer } from "../../testing/startTestServer.ts";

let server: TestServer;
let otherNode: TestServer;
beforeAll(async () => {
  const sessions = { awaySeconds: 1 };
  server = await startTestServer({ sessions });
  otherNode = await server.secondNode({ sessions });
}, 120_000);
afterAll(async () => {
  await otherNode?.[Symbol.asyncDispose]();
  await server?.[Symbol.asyncDispose]();
});

const waiting_room_features = { is_active: true, waiting_room_msg: "Somebody will let you in." };
const encrypted = { end_to_end_encryption_features: { is_enabled: true }, waiting_room_features };
const recordOf = async ({ sid, pid }: Person) => (await server.context.state.participants.get(`${sid}.${pid}`))?.value;
const ada = { name: "Ada", user_id: "ada" };
const ben = { name: "Ben", user_id: "ben" };
const admit = (who: Person | null) => ({ action: "admit", participantId: who?.pid ?? null }) as const;

async function meeting(features: object = encrypted, settings: object = {}) {
  const roomId = await server.createRoom(features, settings);
  const grace = await enter(server, roomId, { ...host, user_id: "grace" });
  return { roomId, grace };
}

/** The answer of who asks again with the cookie after being let in, connected. */
async function comeIn({ cookie, pid }: Person): Promise<Person> {
  const joined = await joinAs(server, { cookie, participantId: pid });
  return connectPerson(joined.answer, joined.cookie);
}

/** Who waits, as a host's snapshot has it. */
async function waitingFor(grace: Person): Promise<string[]> {
  const answer = await grace.call("snapshot");
  const { waiting } = (answer.ok ? answer.result : {}) as { waiting: { name: string }[] };
  return waiting.map(({ name }) => name).toSorted();
}

function secretsOf({ e2ee }: JoinAnswer): string[] {
  if (e2ee.model !== "server") return [];
  return [e2ee.secret, ...(e2ee.epochs ?? []).map(({ secret }) => secret)].filter((each) => each !== undefined);
}

describe("whoever waits", () => {
  it("is told that they do, and given nothing of the session", async () => {
    const { grace, roomId } = await meeting({ ...encrypted, chat_features: { is_allow: true } });
    const lobby = async (token: string) =>
      (await fetch(`${server.origin}/api/lobby`, { headers: { authorization: `Bearer ${token}` } })).json();
    const token = await server.joinToken(roomId, ada);
    expect(await lobby(token)).toMatchObject({
      waitingRoom: true,
      waitingMessage: "Somebody will let you in.",
      publish: ["microphone", "camera"],
    });
    expect(await lobby(await server.joinToken(roomId, host))).toMatchObject({ waitingRoom: false, waitingMessage: "" });

    const { answer, cookie } = await joinAs(server, { token });
    expect(answer).toMatchObject({
      waiting: true,
      waitingMessage: "Somebody will let you in.",
      media: null,
      e2ee: { model: "server", version: "v1" },
      room: { welcomeMessage: "" },
      permissions: { publish: [], subscribe: false, rpc: ["leave"], ephemeral: [] },
    });
    expect(secretsOf(answer)).toEqual([]);
    const person = await connectPerson(answer, cookie);
    await eventually(() => grace.events(subjects.host(grace.sid, "waiting")).length > 0);
    expect(grace.events(subjects.host(grace.sid, "waiting"))).toMatchObject([
      { participantId: person.pid, entry: { name: "Ada", since: expect.any(Number) as unknown } },
    ]);
    expect(await waitingFor(grace)).toEqual(["Ada"]);
    expect(grace.answer.waiting).toBe(false);
    expect(grace.events(subjects.state(grace.sid, "participant")).map((each) => each["participantId"])).not.toContain(
      person.pid,
    );
    expect(await server.context.participants.roster(grace.sid)).toMatchObject([{ name: "Grace" }]);
    const info = await server.manage("/room/getActiveRoomInfo", { room_id: roomId });
    expect(info).toMatchObject({ room: { room_info: { joined_participants: "1" } } });
    expect(JSON.stringify(info)).not.toContain("Ada");
  });

  it("can do nothing that a member can, whatever they try", async () => {
    const { grace, roomId } = await meeting();
    const eve = await enter(server, roomId, { name: "Eve", user_id: "eve" });
    const { sid, pid, client } = eve;
    for (const method of rpcMethods.filter((each) => each !== "leave")) {
      expect(await eve.mayPublish(subjects.rpc(sid, pid, method)), method).toBe(false);
      expect(await eve.mayPublish(subjects.rpc(sid, grace.pid, method)), method).toBe(false);
    }
    const others = [
      subjects.eph(sid, pid, "reactions"),
      subjects.eph(sid, pid, "typing"),
      subjects.state(sid, "participant"),
      subjects.host(sid, "waiting"),
      subjects.to(sid, grace.pid, "asked"),
      subjects.to(sid, pid, "waiting"),
      subjects.pub(sid, pid, "chat"),
      subjects.dm(sid, pid, grace.pid),
      subjects.flowControl(`S_${sid}`, pid),
      "$JS.API.STREAM.NAMES",
      `$JS.API.CONSUMER.CREATE.S_${sid}`,
    ];
    for (const subject of others) expect(await eve.mayPublish(subject), subject).toBe(false);
    const heard = [
      subjects.allState(sid),
      subjects.allEph(sid),
      subjects.allHost(sid),
      subjects.host(sid, "waiting"),
      subjects.allTo(sid, grace.pid),
      `m.${sid}.>`,
      "m.>",
      ">",
      `${grace.answer.nats.inboxPrefix}.>`,
    ];
    for (const subject of heard) {
      const before = client.errors.length;
      client.subscribe(subject);
      await client.ping();
      expect(client.errors.length, subject).toBeGreaterThan(before);
    }

    await grace.call("pub-chat", sealedMessage());
    await grace.mayPublish(subjects.eph(sid, grace.pid, "reactions"));
    await server.context.epochs.renewSoon(sid);
    await eventually(() => grace.events(subjects.state(sid, "epoch")).length > 0);
    const subjectsHeard = client.messages.map(({ subject }) => subject);
    expect(subjectsHeard.filter((subject) => !subject.startsWith(`${eve.answer.nats.inboxPrefix}.r.`))).toEqual([]);

    // Media: no token, and none of another kind is taken for theirs.
    const identity = `${pid}.${"A".repeat(22)}`;
    const forged = server.context.sfu.identityToken({ sessionId: sid, identity });
    await expect(RawSignalling.connect(server.origin, forged)).rejects.toThrow("401");
    const { seat } = (await recordOf(eve))!;
    const own = server.context.sfu.identityToken({ sessionId: sid, identity: `${pid}.${seat!.senderNonce}` });
    await expect(RawSignalling.connect(server.origin, own)).rejects.toThrow("401");

    // HTTP with the cookie: still waiting, and no other endpoint does more.
    for (const node of [server, otherNode]) {
      const again = await joinAs(node, { cookie: eve.cookie, participantId: pid });
      expect(again.answer).toMatchObject({ waiting: true, media: null });
      expect(secretsOf(again.answer)).toEqual([]);
    }
  });

  it("sends no message to the others, and gets none, also private ones", async () => {
    const { grace, roomId } = await meeting();
    const eve = await enter(server, roomId, { name: "Eve", user_id: "eve" });
    const message = sealedMessage();
    const toEve = Buffer.concat([message.subarray(0, 16), Buffer.from(eve.pid, "latin1"), message.subarray(16)]);
    expect(eve.pid).toHaveLength(participantIdBytes);
    expect(await grace.call("pub-private", toEve)).toMatchObject({ ok: false, error: { code: "not_found" } });
    for (const request of [
      { action: "remove", participantId: eve.pid, ban: false },
      { action: "set-role", participantId: eve.pid, role: "host" },
      { action: "lock", participantId: eve.pid, lock: "lock_chat", locked: false },
      { action: "stop", participantId: eve.pid, source: "camera" },
      { action: "spotlight", participantId: eve.pid },
    ] as const) {
      expect(await grace.moderate(request)).toBe("not_found");
    }
    expect((await recordOf(eve))!.waiting).toBe(true);
    expect(eve.client.messages).toEqual([]);
  });

  it("keeps the meeting from being empty, starts no epoch by going, and is told to hosts as gone", async () => {
    const { grace, roomId } = await meeting();
    const first = await enter(server, roomId, ada);
    await eventually(async () => (await waitingFor(grace)).length === 1);
    const { epochs, dueAt } = (await server.context.state.keys.get(grace.sid))!.value;
    expect(await first.call("leave")).toMatchObject({ ok: true });
    await first.kicked();
    await eventually(() => grace.events(subjects.host(grace.sid, "waiting")).at(-1)?.["entry"] === null);
    const second = await enter(server, roomId, ben);
    second.client.socket.terminate();
    await eventually(async () => (await recordOf(second))?.presence.state === "gone");
    await eventually(async () => (await waitingFor(grace)).length === 0);
    const keys = (await server.context.state.keys.get(grace.sid))!.value;
    expect([keys.epochs.length, keys.dueAt]).toEqual([epochs.length, dueAt]);
    const again = await joinAs(server, { cookie: second.cookie, participantId: second.pid });
    expect(again.answer.waiting).toBe(true);
    await (await connectPerson(again.answer, again.cookie)).call("leave");

    await server.context.state.rooms.mutate(roomId, (room) => ({ ...room, emptyTimeoutMs: 300 }));
    const third = await enter(server, roomId, { name: "Cy", user_id: "cy" });
    expect(await grace.call("leave")).toMatchObject({ ok: true });
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(third.isConnected()).toBe(true);
    await third.call("leave");
    await eventually(async () => (await server.context.state.rooms.get(roomId)) === null, 10_000);
    // In the database of whichever node ended it.
    const databases = [server, otherNode].map(({ context }) => context.database.sql.select().from(pastSessions));
    const rows = (await Promise.all(databases)).flat();
    expect(rows.find(({ sessionId }) => sessionId === grace.sid)).toMatchObject({ joinedParticipants: 1, wiped: true });
  });

  it("is disconnected at the end, and learns why when they ask again", async () => {
    const { grace, roomId } = await meeting();
    const person = await enter(server, roomId, ada);
    await server.manage("/room/endRoom", { room_id: roomId });
    await person.kicked();
    expect(await tryJoin(server, { cookie: person.cookie, participantId: person.pid })).toMatchObject({ ok: false });
    expect(await server.context.state.participants.count(grace.sid)).toBe(0);
  });

  it("is one of a hundred at most, and takes up nobody's place", async () => {
    const { roomId, grace } = await meeting(encrypted, { max_participants: 1 });
    const tokens = await Promise.all(Array.from({ length: 104 }, () => server.joinToken(roomId, ada)));
    const outcomes: string[] = [];
    for (let at = 0; at < tokens.length; at += 13) {
      const batch = await Promise.all(tokens.slice(at, at + 13).map((token) => tryJoin(server, { token })));
      outcomes.push(...batch.map((outcome) => (outcome.ok ? String(outcome.answer.waiting) : outcome.error.code)));
    }
    expect(outcomes.filter((outcome) => outcome === "true")).toHaveLength(100);
    expect(outcomes.filter((outcome) => outcome === "room_full")).toHaveLength(4);
    await server.manage("/room/endRoom", { room_id: roomId });
    expect(grace.answer.waiting).toBe(false);
  }, 120_000);
});

describe("somebody who is let in", () => {
  it("asks again and gets what a member gets, from then on", async () => {
    const { grace, roomId } = await meeting();
    const person = await enter(server, roomId, ada, otherNode);
    await eventually(async () => (await waitingFor(grace)).length === 1);
    expect(await grace.call("pub-chat", sealedMessage())).toMatchObject({ result: { sequence: 1 } });
    await server.context.state.keys.mutate(grace.sid, (keys) => ({ ...keys, beganAt: Date.now() - 60_000 }));

    expect(await grace.decide(admit(person))).toBe("ok");
    await person.kicked();
    expect(person.told("waiting")).toEqual([{ kind: "admitted" }]);
    expect(await waitingFor(grace)).toEqual([]);
    expect(grace.events(subjects.host(grace.sid, "waiting")).at(-1)).toMatchObject({ entry: null });
    expect(await server.context.participants.roster(grace.sid)).toMatchObject([{ name: "Grace" }]);

    const inside = await comeIn(person);
    const { answer } = inside;
    expect(answer).toMatchObject({ waiting: false, waitingMessage: "", participantId: person.pid });
    expect(answer.media).not.toBeNull();
    expect(answer.e2ee).toMatchObject({ epochs: [{ epoch: 1 }] });
    expect(secretsOf(answer)).toHaveLength(2);
    await eventually(async () => (await server.context.participants.roster(grace.sid)).length === 2);
    const resume = await inside.call("resume", JSON.stringify({ after: { public: 0, private: 0 } }));
    expect(resume).toMatchObject({ result: { public: { startSequence: 2 } } });
    expect(await grace.call("pub-chat", sealedMessage())).toMatchObject({ ok: true });
    await eventually(() => inside.client.messages.some(({ subject }) => subject.endsWith(".chat")));
    expect(inside.client.messages.filter(({ subject }) => subject.endsWith(".chat"))).toHaveLength(1);
  });

  it("gets in with the newest of their tickets only, once each", async () => {
    const { grace, roomId } = await meeting();
    const person = await enter(server, roomId, ada);
    await eventually(async () => (await waitingFor(grace)).length === 1);
    expect(await grace.decide(admit(person))).toBe("ok");
    const tries = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        tryJoin(index % 2 ? server : otherNode, { cookie: person.cookie, participantId: person.pid }),
      ),
    );
    const answers = tries.flatMap((outcome) => (outcome.ok ? [outcome.answer] : []));
    // As at every resume: each answer voids the one before, and one seat can be taken.
    const connections = await Promise.allSettled(answers.map((answer) => connectPerson(answer, person.cookie)));
    expect(connections.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(await tryJoin(server, { cookie: person.cookie, participantId: person.pid })).toMatchObject({
      ok: false,
      error: { code: "resume_used" },
    });
    await grace.decide(admit(null));
    expect((await server.context.participants.roster(grace.sid)).map(({ name }) => name).toSorted()).toEqual([
      "Ada",
      "Grace",
    ]);
  });

  it("may be everybody, in the order they came, as far as there are places", async () => {
    const { grace, roomId } = await meeting(encrypted, { max_participants: 3 });
    const people: Person[] = [];
    for (const person of [ada, ben, { name: "Cy", user_id: "cy" }]) people.push(await enter(server, roomId, person));
    await eventually(async () => (await waitingFor(grace)).length === 3);
    expect(await grace.decide(admit(null))).toBe("room_full");
    const [first, second, third] = people as [Person, Person, Person];
    await Promise.all([first.kicked(), second.kicked()]);
    expect(third.isConnected()).toBe(true);
    expect(await waitingFor(grace)).toEqual(["Cy"]);
    const inside = await comeIn(first);
    await comeIn(second);
    expect(await grace.decide(admit(third))).toBe("room_full");
    await inside.call("leave");
    expect(await grace.decide(admit(third))).toBe("ok");
    expect((await comeIn(third)).answer.waiting).toBe(false);
    expect(await grace.decide(admit(third))).toBe("not_found");
  });

  it("is so once, whichever of two hosts on two nodes decides", async () => {
    const { grace, roomId } = await meeting(encrypted, { max_participants: 3 });
    const alan = await enter(server, roomId, { ...host, name: "Alan", user_id: "alan" }, otherNode);
    const people = await Promise.all(
      [ada, ben, { name: "Cy", user_id: "cy" }].map((each) => enter(server, roomId, each)),
    );
    await eventually(async () => (await waitingFor(grace)).length === 3);
    await Promise.all([grace.decide(admit(null)), alan.decide(admit(null))]);
    const records = await Promise.all(people.map(recordOf));
    expect(records.filter((record) => !record!.waiting).length).toBeLessThanOrEqual(1);
    const [person] = people as [Person];
    const decisions = await Promise.all([
      grace.decide(admit(person)),
      alan.decide({ action: "refuse", participantId: person.pid }),
    ]);
    // Admitted or refused, never both.
    const wasRefused = (await recordOf(person))!.presence.state === "left";
    expect(decisions[1] === "not_found").toBe(!wasRefused);
    await person.kicked();
    expect(person.told("dismissed")).toEqual(wasRefused ? [{ reason: "refused" }] : []);
  });

  it("needs no answer of theirs: nobody else takes the place that was given, and the way in stays open", async () => {
    const { grace, roomId } = await meeting();
    const person = await enter(server, roomId, ada);
    await eventually(async () => (await waitingFor(grace)).length === 1);
    person.client.socket.terminate();
    await eventually(async () => (await recordOf(person))?.presence.state === "away");
    expect(await grace.decide(admit(person))).toBe("ok");
    await server.context.state.participants.mutate(`${person.sid}.${person.pid}`, (record) => ({
      ...record,
      presence: { state: "joining", until: Date.now() - 1 },
    }));
    await eventually(async () => (await recordOf(person))?.presence.state === "gone");
    expect((await comeIn(person)).answer.waiting).toBe(false);
  });
});

describe("hosts", () => {
  it("refuse, which is told, and the cookie is dead; a new link waits again", async () => {
    const { grace, roomId } = await meeting();
    const person = await enter(server, roomId, ada);
    await eventually(async () => (await waitingFor(grace)).length === 1);
    expect(await grace.decide({ action: "refuse", participantId: person.pid })).toBe("ok");
    await person.kicked();
    expect(person.told("dismissed")).toEqual([{ reason: "refused" }]);
    expect(await waitingFor(grace)).toEqual([]);
    expect(await tryJoin(server, { cookie: person.cookie, participantId: person.pid })).toMatchObject({
      ok: false,
      error: { code: "resume_invalid" },
    });
    await expect(person.reconnect()).rejects.toThrow();
    expect(await grace.decide({ action: "refuse", participantId: person.pid })).toBe("not_found");
    expect(await grace.decide({ action: "refuse", participantId: grace.pid })).toBe("not_found");
    expect(grace.isConnected()).toBe(true);
    expect((await enter(server, roomId, ada)).answer.waiting).toBe(true);
  });

  it("write to one or to all who wait, and to nobody else", async () => {
    const { grace, roomId } = await meeting();
    const [one, other] = [await enter(server, roomId, ada), await enter(server, roomId, ben)];
    await eventually(async () => (await waitingFor(grace)).length === 2);
    expect(await grace.decide({ action: "message", participantId: one.pid, text: " Soon. " })).toBe("ok");
    expect(await grace.decide({ action: "message", participantId: null, text: "Five minutes." })).toBe("ok");
    await eventually(() => other.told("waiting").length > 0 && one.told("waiting").length > 1);
    expect(one.told("waiting")).toEqual([
      { kind: "message", text: "Soon.", from: "Grace" },
      { kind: "message", text: "Five minutes.", from: "Grace" },
    ]);
    expect(other.told("waiting")).toEqual([{ kind: "message", text: "Five minutes.", from: "Grace" }]);
    expect(grace.told("waiting")).toEqual([]);
    expect(await grace.decide({ action: "message", participantId: grace.pid, text: "x" })).toBe("not_found");
    for (const body of [
      JSON.stringify({ action: "message", participantId: null, text: " " }),
      JSON.stringify({ action: "message", participantId: null, text: "x".repeat(501) }),
      JSON.stringify({ action: "admit", participantId: null, role: "host" }),
      JSON.stringify({ action: "admit" }),
      JSON.stringify({ action: "refuse", participantId: null }),
    ]) {
      expect(await grace.call("admission", body)).toMatchObject({ ok: false, error: { code: "body_invalid" } });
    }
  });

  it("turn the waiting room on and off; that lets nobody in by itself", async () => {
    const { grace, roomId } = await meeting({});
    const before = await enter(server, roomId, ada);
    expect(await grace.moderate({ action: "waiting-room", active: true })).toBe("ok");
    await eventually(() => before.events(subjects.state(grace.sid, "room")).length > 0);
    expect(before.events(subjects.state(grace.sid, "room"))).toMatchObject([{ waitingRoom: true }]);
    expect(before.isConnected()).toBe(true);
    const person = await enter(server, roomId, ben);
    expect(person.answer.waiting).toBe(true);
    expect((await enter(server, roomId, { ...host, user_id: "alan" })).answer.waiting).toBe(false);
    const hidden = await enter(server, roomId, { user_id: "eve", is_hidden: true });
    expect(hidden.answer.waiting).toBe(false);
    expect(await grace.moderate({ action: "waiting-room", active: false })).toBe("ok");
    expect((await enter(server, roomId, { name: "Cy", user_id: "cy" })).answer.waiting).toBe(false);
    expect(await joinAs(server, { cookie: person.cookie, participantId: person.pid })).toMatchObject({
      answer: { waiting: true },
    });
    expect((await recordOf(person))?.waiting).toBe(true);
  });

  it("of another meeting decide nothing here, nor does anybody who is no host", async () => {
    const { grace, roomId } = await meeting();
    const elsewhere = await meeting();
    const person = await enter(server, roomId, ada);
    await eventually(async () => (await waitingFor(grace)).length === 1);
    expect(await elsewhere.grace.decide(admit(person))).toBe("not_found");
    expect(await elsewhere.grace.decide({ action: "refuse", participantId: person.pid })).toBe("not_found");
    const subject = subjects.rpc(grace.sid, grace.pid, "admission");
    expect(await elsewhere.grace.mayPublish(subject, JSON.stringify(admit(person)))).toBe(false);
    expect(await person.mayPublish(subjects.rpc(person.sid, person.pid, "admission"))).toBe(false);
    expect((await recordOf(person))?.waiting).toBe(true);
  });

  it("never miss somebody who comes while the waiting room is turned on", async () => {
    const { grace, roomId } = await meeting({});
    const { late: sessions, asked, goOn } = answeringLate(server.context.sessions, "roomAsKnown");
    const { joinTokens } = server.context;
    const token = await server.joinToken(roomId, ada);
    const senderNonce = Buffer.alloc(16, 7).toString("base64url");
    const joining = new Admission({ ...server.context, sessions }).join(joinTokens.verify(`Bearer ${token}`), {
      senderNonce,
    });
    await asked;
    expect(await grace.moderate({ action: "waiting-room", active: true })).toBe("ok");
    goOn();
    const { answer } = await joining;
    expect([answer.waiting, answer.mediaToken]).toEqual([true, null]);
    const people = await server.context.state.participants.entries(grace.sid);
    expect(people.filter(({ value }) => value.userId === "ada")).toHaveLength(1);
  });
});

describe("a room with a passphrase", () => {
  it("lets people wait before it was opened, and gives them no opening until they are in", async () => {
    const roomId = await server.createRoom({ ...passphraseFeatures, waiting_room_features });
    const person = await enter(server, roomId, ada);
    expect(passphraseOf(person.answer)).toMatchObject({ opening: null, mayOpen: false, epoch: 0 });
    const own = { cookie: person.cookie, body: { sessionId: person.sid, participantId: person.pid, ...proof() } };
    expect((await post(server, "/api/opening", own)).outcome).toBe("403 not_allowed");

    const grace = await enter(server, roomId, { ...host, user_id: "grace" });
    await open(server, { answer: grace.answer, cookie: grace.cookie });
    const again = await joinAs(server, { cookie: person.cookie, participantId: person.pid });
    expect(passphraseOf(again.answer)).toMatchObject({ opening: null, mayOpen: false });
    const waiting = await connectPerson(again.answer, again.cookie);
    await eventually(async () => (await waitingFor(grace)).length === 1);
    expect(await grace.decide(admit(waiting))).toBe("ok");
    const inside = await comeIn(waiting);
    expect(passphraseOf(inside.answer).opening?.openedBy.participantId).toBe(grace.pid);
  });

  it("lets them wait on where it is restarted", async () => {
    const roomId = await server.createRoom({ ...passphraseFeatures, waiting_room_features });
    const grace = await enter(server, roomId, { ...host, user_id: "grace" });
    await open(server, { answer: grace.answer, cookie: grace.cookie });
    const person = await enter(server, roomId, ada);
    const body = { sessionId: grace.sid, participantId: grace.pid };
    expect((await post(server, "/api/restart", { cookie: grace.cookie, body })).outcome).toBe("200");
    const again = await joinAs(server, { cookie: person.cookie, participantId: person.pid });
    expect(again.answer.sessionId).not.toBe(grace.sid);
    expect(again.answer).toMatchObject({ waiting: true, media: null });
  });
});
