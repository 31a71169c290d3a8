import { subjects, type LockName, type ModerateRequest, type Role, type RpcMethod } from "@sotto/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Admission } from "../join/Admission.ts";
import { Participants } from "../../sessions/Participants.ts";
import { RosterNews } from "../../sessions/RosterNews.ts";
import { Standings } from "../../sessions/Standings.ts";
import { answeringLate } from "../../testing/answeringLate.ts";
import { connectPerson, enter, type Person } from "../../testing/enter.ts";
import { eventually } from "../../testing/eventually.ts";
import { tryJoin } from "../../testing/joinAs.ts";
import { host, open, restart } from "../../testing/passphraseRooms.ts";
import { sealedMessage } from "../../testing/sealedMessage.ts";
import { passphraseFeatures, startTestServer, type TestServer } from "../../testing/startTestServer.ts";

let server: TestServer;
let otherNode: TestServer;
beforeAll(async () => {
  server = await startTestServer();
  otherNode = await server.secondNode();
}, 120_000);
afterAll(async () => {
  await otherNode?.[Symbol.asyncDispose]();
  await server?.[Symbol.asyncDispose]();
});

async function meeting(features?: object): Promise<{ roomId: string; grace: Person; ada: Person; ben: Person }> {
  const roomId = await server.createRoom(features);
  const grace = await enter(server, roomId, { ...host, user_id: "grace" });
  const ada = await enter(server, roomId, { name: "Ada", user_id: "ada" }, otherNode);
  const ben = await enter(server, roomId, { name: "Ben", user_id: "ben" });
  return { roomId, grace, ada, ben };
}

const encryptedFeatures = { end_to_end_encryption_features: { is_enabled: true } };
const lock = (who: Person | null, name: LockName, locked = true): ModerateRequest => ({
  action: "lock",
  participantId: who?.pid ?? null,
  lock: name,
  locked,
});
const setRole = ({ pid }: Person, role: Role): ModerateRequest => ({ action: "set-role", participantId: pid, role });
const remove = ({ pid }: Person, ban = false): ModerateRequest => ({ action: "remove", participantId: pid, ban });
const reactions = ({ sid, pid }: Person) => subjects.eph(sid, pid, "reactions");
const snapshotOf = async (person: Person) => {
  const answer = await person.call("snapshot");
  if (!answer.ok) throw new Error(answer.error.code);
  return answer.result;
};
/** What a page publishes to call a method. */
const requestOf = ({ sid, pid, answer }: Person, method: RpcMethod, body: string | Buffer) =>
  [subjects.rpc(sid, pid, method), body, `${subjects.replies(answer.nats.inboxPrefix)}.x`] as const;
/** The newest roster entry that somebody was told of a person. */
const lastSeen = (viewer: Person, { sid, pid }: Person) =>
  viewer.events(subjects.state(sid, "participant")).findLast(({ participantId }) => participantId === pid)?.["entry"];
const recordOf = async ({ sid, pid }: Person) => (await server.context.state.participants.get(`${sid}.${pid}`))!.value;

describe("a lock", () => {
  it("for everybody holds when it is answered: those it takes something from are connected anew with less", async () => {
    const { grace, ada, ben, roomId } = await meeting();
    expect(await ben.mayPublish(reactions(ben))).toBe(true);
    expect(await grace.moderate(lock(null, "lock_reactions"))).toBe("ok");
    for (const person of [ada, ben]) {
      await person.kicked();
      expect(person.told("standing")).toMatchObject([{ role: "participant", permissions: { ephemeral: ["typing"] } }]);
    }
    expect(grace.isConnected()).toBe(true);
    expect(grace.events(subjects.state(grace.sid, "room")).at(-1)).toMatchObject({ locks: { lock_reactions: true } });
    expect(lastSeen(grace, ben)).toMatchObject({ locks: expect.arrayContaining(["lock_reactions"]) as unknown });
    // Their pages are expected back; nobody sees them go.
    expect(lastSeen(grace, ben)).toMatchObject({ connection: "online" });

    const again = await ben.reconnect();
    expect(await again.mayPublish(reactions(ben))).toBe(false);
    expect(await again.mayPublish(subjects.eph(ben.sid, ben.pid, "typing"))).toBe(true);
    expect(await grace.mayPublish(reactions(grace))).toBe(true);
    const late = await enter(server, roomId, { name: "Late", user_id: "late" });
    expect(late.answer.permissions.ephemeral).toEqual(["typing"]);
    expect(await late.mayPublish(reactions(late))).toBe(false);
    expect(await snapshotOf(again)).toMatchObject({
      room: { locks: { lock_reactions: true }, spotlight: null, waitingRoom: false },
      standing: { role: "participant", permissions: { ephemeral: ["typing"] } },
      waiting: null,
    });
  });

  it("for one person is theirs alone, until the next one for everybody", async () => {
    const { grace, ada, ben } = await meeting();
    expect(await grace.moderate(lock(ben, "lock_reactions"))).toBe("ok");
    await ben.kicked();
    expect(ada.isConnected()).toBe(true);
    expect(lastSeen(ada, ben)).toMatchObject({ locks: expect.arrayContaining(["lock_reactions"]) as unknown });
    const again = await ben.reconnect();
    expect(await again.mayPublish(reactions(ben))).toBe(false);
    // What changes nothing for somebody costs them nothing.
    expect(await grace.moderate(lock(null, "lock_reactions", false))).toBe("ok");
    await again.kicked();
    expect(ada.isConnected()).toBe(true);
    expect(await (await ben.reconnect()).mayPublish(reactions(ben))).toBe(true);
    expect(await grace.moderate(lock(grace, "lock_chat"))).toBe("ok");
    expect(grace.isConnected()).toBe(true);
  });

  it("takes a method away from whoever goes on using the old connection", async () => {
    const { grace, ben, roomId } = await meeting();
    const room = (await server.context.sessions.room(roomId))!;
    const count = () => server.context.sessions.lastSequence(room);
    const flood = setInterval(() => ben.client.publish(...requestOf(ben, "pub-chat", sealedMessage())), 2);
    await eventually(async () => (await count()) > 3);
    expect(await grace.moderate(lock(ben, "lock_chat"))).toBe("ok");
    const before = await count();
    await ben.kicked();
    clearInterval(flood);
    expect(await count()).toBe(before);
  });

  it("is not escaped by whoever had gone and is being let in at that moment", async () => {
    const { grace, ben } = await meeting();
    await ben.client.close();
    await eventually(async () => (await recordOf(ben)).presence.state === "away");
    const gone = { presence: { state: "gone" } } as const;
    await server.context.state.participants.mutate(`${ben.sid}.${ben.pid}`, (record) => ({ ...record, ...gone }));

    // A node whose first look at the room is overtaken by the lock.
    const { late: rooms, asked, goOn } = answeringLate(server.context.state.rooms, "get");
    const { nats, sfu, epochs, sessions, attendance, log } = server.context;
    const state = { ...server.context.state, rooms };
    const news = new RosterNews(nats.bus);
    const standings = new Standings({ state, nats, sfu, news, log });
    const deadlines = { awayMs: 1_000, closedMs: 1_000 };
    const node = new Participants({
      state,
      sessions,
      epochs,
      standings,
      attendance,
      news,
      nats,
      sfu,
      ...deadlines,
      log,
    });
    const socket = { serverId: "N".repeat(56), clientId: 4_000_000 };
    const letIn = node.authorize(ben.sid, ben.pid, ben.answer.nats.secret, socket);
    await asked;
    expect(await grace.moderate(lock(null, "lock_reactions"))).toBe("ok");
    goOn();
    expect((await letIn)?.permissions.ephemeral).toEqual(["typing"]);
    expect((await recordOf(ben)).granted?.ephemeral).toEqual(["typing"]);
  });

  it("is brought to everybody also where the node that wrote it died", async () => {
    const { grace, ben, roomId } = await meeting();
    await server.context.state.rooms.mutate(roomId, (room) => ({
      ...room,
      locks: { ...room.locks, lock_reactions: true },
      lockTurns: { lock_reactions: 1 },
    }));
    await ben.kicked();
    expect(ben.told("standing")).toMatchObject([{ permissions: { ephemeral: ["typing"] } }]);
    expect(lastSeen(grace, ben)).toMatchObject({ locks: expect.arrayContaining(["lock_reactions"]) as unknown });
    expect(grace.isConnected()).toBe(true);
  });

  it("by two hosts on two nodes ends as the last of them wanted, for everybody", async () => {
    const { grace, ben, ada, roomId } = await meeting();
    const alan = await enter(server, roomId, { ...host, name: "Alan", user_id: "alan" }, otherNode);
    for (let round = 0; round < 5; round++) {
      await Promise.all([
        grace.moderate(lock(null, "lock_reactions", round % 2 === 0)),
        alan.moderate(lock(null, "lock_chat", round % 2 === 0)),
        alan.moderate(lock(null, "lock_reactions", round % 2 === 1)),
      ]);
    }
    const { locks } = (await server.context.sessions.room(roomId))!;
    for (const person of [ada, ben]) expect((await recordOf(person)).locks).toEqual(locks);
  });
});

describe("a role", () => {
  it("given makes a host, who may then order; taken, leaves nothing of it", async () => {
    const { grace, ada, ben } = await meeting();
    expect(ada.answer.permissions.rpc).not.toContain("moderate");
    expect(await ada.mayPublish(subjects.rpc(ada.sid, ada.pid, "moderate"))).toBe(false);

    expect(await grace.moderate(setRole(ada, "host"))).toBe("ok");
    await ada.kicked();
    expect(ada.told("standing")).toMatchObject([{ role: "host" }]);
    expect(lastSeen(ben, ada)).toMatchObject({ role: "host" });
    const promoted = await ada.reconnect();
    expect(await snapshotOf(promoted)).toMatchObject({ standing: { role: "host" }, waiting: [] });
    promoted.client.subscribe(subjects.allHost(ada.sid));
    await promoted.client.ping();
    expect(promoted.client.errors).toEqual([]);

    expect(await promoted.moderate(setRole(grace, "participant"))).toBe("ok");
    await grace.kicked();
    const demoted = await grace.reconnect();
    expect(await demoted.mayPublish(subjects.rpc(grace.sid, grace.pid, "moderate"))).toBe(false);
    expect(await demoted.mayPublish(subjects.rpc(grace.sid, grace.pid, "end-meeting"))).toBe(false);
    expect(demoted.client.errors).toContainEqual(expect.stringContaining("host.>"));
    const back = await tryJoin(server, { cookie: grace.cookie, participantId: grace.pid });
    expect(back).toMatchObject({ ok: true, answer: { role: "participant" } });
  });

  it("is not used by a host whose page does not notice that it was taken", async () => {
    const { grace, ada, ben } = await meeting();
    expect(await grace.moderate(setRole(ada, "host"))).toBe("ok");
    const promoted = await ada.reconnect();
    let round = 0;
    const flood = setInterval(() => {
      const order = lock(ben, "lock_private_chat", round++ % 2 === 0);
      promoted.client.publish(...requestOf(ada, "moderate", JSON.stringify(order)));
    }, 10);
    await eventually(async () => (await recordOf(ben)).locks.lock_private_chat);
    expect(await grace.moderate(setRole(ada, "participant"))).toBe("ok");
    const { revision } = (await server.context.state.participants.get(`${ben.sid}.${ben.pid}`))!;
    await promoted.kicked();
    clearInterval(flood);
    expect((await server.context.state.participants.get(`${ben.sid}.${ben.pid}`))!.revision).toBe(revision);
    expect((await recordOf(ada)).role).toBe("participant");
  });

  it("of the last host is not given up: not by themself, not by two at once", async () => {
    const { grace, roomId } = await meeting();
    expect(await grace.moderate(setRole(grace, "participant"))).toBe("not_allowed");
    expect(await grace.moderate(remove(grace))).toBe("not_allowed");
    const alan = await enter(server, roomId, { ...host, name: "Alan", user_id: "alan" }, otherNode);
    for (let round = 0; round < 3; round++) {
      const pages = await Promise.all(
        [grace, alan].map((each) => (each.isConnected() ? Promise.resolve(each) : each.reconnect())),
      );
      const [one, other] = pages as [Person, Person];
      // Whose order came first may be closed before the answer to their own.
      await Promise.allSettled([
        one.moderate(setRole(other, "participant")),
        other.moderate(setRole(one, "participant")),
      ]);
      const roles = [(await recordOf(grace)).role, (await recordOf(alan)).role];
      expect(roles).toContain("host");
      for (const each of [grace, alan]) {
        await server.context.standings.change(await recordOf(each), (record) => ({ ...record, role: "host" }));
      }
    }
  });

  it("answers whoever gives up their own before their connection is closed", async () => {
    const { grace, roomId } = await meeting();
    const alan = await enter(server, roomId, { ...host, name: "Alan", user_id: "alan" });
    expect(await alan.moderate(setRole(alan, "participant"))).toBe("ok");
    await alan.kicked();
    expect(grace.isConnected()).toBe(true);
  });

  it("decides who opens and restarts a room with a passphrase", async () => {
    const roomId = await server.createRoom(passphraseFeatures);
    const ben = await enter(server, roomId, { name: "Ben", user_id: "ben" });
    await open(server, { answer: ben.answer, cookie: ben.cookie });
    const grace = await enter(server, roomId, { ...host, user_id: "grace" });
    expect(await restart(server, { answer: ben.answer, cookie: ben.cookie })).toBe("403 not_allowed");
    expect(await grace.moderate(setRole(ben, "host"))).toBe("ok");
    const promoted = await ben.reconnect();
    expect(await promoted.moderate(setRole(grace, "participant"))).toBe("ok");
    expect(await restart(server, { answer: grace.answer, cookie: grace.cookie })).toBe("403 not_allowed");
    expect(await restart(server, { answer: ben.answer, cookie: ben.cookie })).toBe("200");
    const late = await tryJoin(server, { token: await server.joinToken(roomId, { user_id: "late" }) });
    expect(late).toMatchObject({ ok: false, error: { code: "not_opened" } });
    expect(await tryJoin(server, { cookie: ben.cookie, participantId: ben.pid })).toMatchObject({
      ok: true,
      answer: { role: "host", e2ee: { mayOpen: true } },
    });
  });
});

describe("whoever is removed", () => {
  it("is told, disconnected, out of the list and shut out by an epoch; their credentials are dead", async () => {
    const { grace, ada, ben } = await meeting();
    expect(await grace.moderate({ action: "spotlight", participantId: ben.pid })).toBe("ok");
    expect(await grace.moderate(remove(ben))).toBe("ok");
    await ben.kicked();
    expect(ben.told("dismissed")).toEqual([{ reason: "removed" }]);
    expect(lastSeen(ada, ben)).toBeNull();
    expect(grace.events(subjects.state(grace.sid, "room")).at(-1)).toMatchObject({ spotlight: null });
    await expect(ben.reconnect()).rejects.toThrow();
    expect(await tryJoin(server, { cookie: ben.cookie, participantId: ben.pid })).toMatchObject({
      ok: false,
      error: { code: "resume_invalid" },
    });
    await eventually(async () => (await server.context.state.keys.get(grace.sid))!.value.epochs.length > 1);
    expect(await server.context.standings.mediaRights({ sessionId: ben.sid, identity: `${ben.pid}.x` })).toBeNull();
    expect(await grace.moderate(remove(ben))).toBe("not_found");
    // Without a ban a new link lets them in.
    const token = await server.joinToken(grace.answer.room.roomId, { name: "Ben", user_id: "ben" });
    expect(await tryJoin(server, { token })).toMatchObject({ ok: true });
  });

  it("does not come in again where they are banned, on none of their devices", async () => {
    const { grace, ben, ada, roomId } = await meeting();
    const phone = await enter(server, roomId, { name: "B.", user_id: "ben" }, otherNode);
    const unused = await server.joinToken(roomId, { name: "Ben", user_id: "ben" });
    expect(await grace.moderate(remove(ben, true))).toBe("ok");
    await Promise.all([ben.kicked(), phone.kicked()]);
    expect(phone.told("dismissed")).toEqual([{ reason: "removed" }]);
    expect(ada.isConnected()).toBe(true);
    for (const token of [unused, await server.joinToken(roomId, { name: "Benno", user_id: "ben" })]) {
      for (const node of [server, otherNode]) {
        expect(await tryJoin(node, { token })).toMatchObject({ ok: false, status: 403, error: { code: "removed" } });
        const lobby = await fetch(`${node.origin}/api/lobby`, { headers: { authorization: `Bearer ${token}` } });
        expect(await lobby.json()).toMatchObject({ error: { code: "removed" } });
      }
    }
    const room = (await server.context.sessions.room(roomId))!;
    expect(room.banned).toHaveLength(1);
    expect(JSON.stringify(room.banned)).not.toContain("ben");
    expect(room.waitingRoom).toBe(false);
    const tablet = await enter(server, roomId, { name: "Grace's tablet", user_id: "grace" });
    for (const own of [grace, tablet]) expect(await grace.moderate(remove(own, true))).toBe("not_allowed");
  });

  it("is known again by the id that the integrator gave where tokens have generated ones", async () => {
    const roomId = await server.createRoom({ auto_gen_user_id: true });
    const grace = await enter(server, roomId, { ...host, user_id: "grace" });
    const ben = await enter(server, roomId, { name: "Ben", user_id: "ben" });
    expect(await grace.moderate(remove(ben, true))).toBe("ok");
    const [again, other] = await Promise.all(["ben", "ada"].map((user_id) => server.joinToken(roomId, { user_id })));
    expect(await tryJoin(server, { token: again! })).toMatchObject({ ok: false, error: { code: "removed" } });
    expect(await tryJoin(server, { token: other! })).toMatchObject({ ok: true });
  });

  it("does not slip in while the ban is written", async () => {
    const { grace, ben, roomId } = await meeting();
    const { late: sessions, asked, goOn } = answeringLate(server.context.sessions, "roomAsKnown");
    const { joinTokens } = server.context;
    const token = await server.joinToken(roomId, { name: "Ben", user_id: "ben" });
    const senderNonce = Buffer.alloc(16, 7).toString("base64url");
    const joining = new Admission({ ...server.context, sessions }).join(joinTokens.verify(`Bearer ${token}`), {
      senderNonce,
    });
    await asked;
    expect(await grace.moderate(remove(ben, true))).toBe("ok");
    goOn();
    await expect(joining).rejects.toMatchObject({ code: "removed" });
    const people = await server.context.state.participants.entries(grace.sid);
    expect(people.filter(({ value }) => value.userId === "ben")).toEqual([]);
  });

  it("from a meeting that a guest opened meets the waiting room when they come again", async () => {
    const opened = (await (
      await fetch(`${server.origin}/api/meetings`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: "{}",
      })
    ).json()) as { roomId: string; token: string };
    const guestToken = async () =>
      (
        (await (await fetch(`${server.origin}/api/meetings/${opened.roomId}/tokens`, { method: "POST" })).json()) as {
          token: string;
        }
      ).token;
    const grace = await tryJoin(server, { token: opened.token, name: "Grace" });
    const guest = await tryJoin(server, { token: await guestToken(), name: "Guest" });
    if (!grace.ok || !guest.ok) throw new Error("not joined");
    const [host1, ben] = [
      await connectPerson(grace.answer, grace.cookie),
      await connectPerson(guest.answer, guest.cookie),
    ];
    expect(await host1.moderate(remove(ben, true))).toBe("ok");
    expect(host1.events(subjects.state(host1.sid, "room")).at(-1)).toMatchObject({ waitingRoom: true });
    expect(await tryJoin(server, { token: await guestToken(), name: "Guest" })).toMatchObject({
      ok: true,
      answer: { waiting: true },
    });
  });
});

describe("a host", () => {
  it("asks, and switches nothing on", async () => {
    const { grace, ben } = await meeting();
    const ask = { action: "ask-to-unmute", participantId: ben.pid, source: "microphone" } as const;
    expect(await grace.moderate(ask)).toBe("ok");
    await eventually(() => ben.told("asked").length > 0);
    expect(ben.told("asked")).toEqual([{ source: "microphone", by: grace.pid }]);
    expect(await grace.moderate(lock(ben, "lock_microphone"))).toBe("ok");
    expect(await grace.moderate(ask)).toBe("not_allowed");
  });

  it("shows somebody large to everybody, and nobody who is hidden", async () => {
    const { grace, ada, ben, roomId } = await meeting();
    const eve = await enter(server, roomId, { name: "Eve", user_id: "eve", is_hidden: true });
    expect(await grace.moderate({ action: "spotlight", participantId: ben.pid })).toBe("ok");
    await eventually(() => ada.events(subjects.state(ada.sid, "room")).length > 0);
    expect(ada.events(subjects.state(ada.sid, "room"))).toMatchObject([{ spotlight: ben.pid }]);
    expect(await grace.moderate({ action: "spotlight", participantId: eve.pid })).toBe("not_found");
    expect(await ben.call("leave")).toMatchObject({ ok: true });
    await eventually(() => ada.events(subjects.state(ada.sid, "room")).at(-1)?.["spotlight"] === null);
  });

  it("orders about nobody who is hidden, gone, unknown or of another meeting", async () => {
    const { grace, roomId } = await meeting();
    const elsewhere = await meeting();
    const eve = await enter(server, roomId, { name: "Eve", user_id: "eve", is_hidden: true });
    const ids = [eve.pid, elsewhere.ben.pid, `p_${"A".repeat(16)}`];
    for (const participantId of ids) {
      for (const request of [
        { action: "remove", participantId, ban: false },
        { action: "remove", participantId, ban: true },
        { action: "set-role", participantId, role: "host" },
        { action: "lock", participantId, lock: "lock_chat", locked: true },
        { action: "stop", participantId, source: "camera" },
        { action: "ask-to-unmute", participantId, source: "camera" },
        { action: "lower-hand", participantId },
      ] as const) {
        expect(await grace.moderate(request)).toBe("not_found");
      }
    }
    expect([eve, elsewhere.ben].every((each) => each.isConnected())).toBe(true);
    const subject = subjects.rpc(elsewhere.grace.sid, elsewhere.grace.pid, "moderate");
    expect(await grace.mayPublish(subject, JSON.stringify(remove(elsewhere.ben)))).toBe(false);
    expect((await recordOf(elsewhere.ben)).presence.state).toBe("online");
  });

  it("sends nothing else than what is written down, and not without end", async () => {
    const { grace, ben } = await meeting();
    const bodies = [
      "",
      "null",
      "{",
      "[]",
      JSON.stringify({ action: "explode" }),
      JSON.stringify({ ...remove(ben), more: 1 }),
      JSON.stringify({ action: "remove", participantId: ben.pid }),
      JSON.stringify({ ...setRole(ben, "host"), role: "owner" }),
      JSON.stringify({ ...lock(ben, "lock_chat"), lock: "__proto__" }),
      JSON.stringify({ ...lock(ben, "lock_chat"), participantId: "*" }),
      JSON.stringify({ action: "ask-to-unmute", participantId: null, source: "camera" }),
      JSON.stringify({ action: "stop", participantId: ben.pid, source: "screen_share_audio" }),
    ];
    for (const body of bodies) {
      expect(await grace.call("moderate", body)).toMatchObject({ ok: false, error: { code: "body_invalid" } });
    }
    const outcomes: string[] = [];
    // Each of two nodes counts for itself, and a minute may end in between.
    while (!outcomes.includes("rate_limited") && outcomes.length < 600) {
      outcomes.push(await grace.moderate({ action: "lower-hand", participantId: ben.pid }));
    }
    expect(outcomes).toContain("rate_limited");
    expect(outcomes.filter((outcome) => outcome === "ok").length).toBeGreaterThan(100);
  });

  it("leaves nothing of it behind at the end", async () => {
    const { grace, ben, roomId } = await meeting();
    await grace.moderate(remove(ben, true));
    await grace.moderate(lock(null, "lock_chat"));
    expect(await server.manage("/room/endRoom", { room_id: roomId })).toMatchObject({ status: true });
    expect(await server.context.state.rooms.get(roomId)).toBeNull();
    expect(await server.context.state.participants.count(grace.sid)).toBe(0);
  });
});

describe("a room that shows its list to hosts only", () => {
  const features = { ...encryptedFeatures, allow_view_other_users_list: false };
  const namesIn = async (person: Person) => {
    const { participants } = (await snapshotOf(person)) as { participants: { name: string }[] };
    return participants.map(({ name }) => name).toSorted();
  };
  /** Whose entries somebody was told of, in whatever way. */
  const toldOf = (person: Person) => {
    const { sid, pid } = person;
    const ways = [
      subjects.state(sid, "participant"),
      subjects.host(sid, "participant"),
      subjects.to(sid, pid, "participant"),
    ];
    const events = ways.flatMap((way) => person.events(way));
    return new Set(events.flatMap(({ entry }) => (entry ? [(entry as { name: string }).name] : [])));
  };

  it("tells the others of themselves and of hosts, in snapshots and in news", async () => {
    const { grace, ada, ben } = await meeting(features);
    expect(await namesIn(grace)).toEqual(["Ada", "Ben", "Grace"]);
    expect(await namesIn(ada)).toEqual(["Ada", "Grace"]);
    await ben.call("hand", JSON.stringify({ raised: true }));
    await eventually(() => toldOf(grace).has("Ben") && toldOf(ben).has("Ben"));
    expect(toldOf(ada).has("Ben")).toBe(false);
    expect(ada.told("participant").length).toBe(0);

    const message = sealedMessage();
    const to = ({ pid }: Person) =>
      Buffer.concat([message.subarray(0, 16), Buffer.from(pid, "latin1"), message.subarray(16)]);
    expect(await ada.call("pub-private", to(ben))).toMatchObject({ ok: false, error: { code: "not_found" } });
    expect(await ada.call("pub-private", to(grace))).toMatchObject({ ok: true });
    expect(await grace.call("pub-private", to(ben))).toMatchObject({ ok: true });
  });

  it("shows who becomes a host to everybody, and hides who is none any more", async () => {
    const { grace, ada, ben } = await meeting(features);
    expect(await grace.moderate(setRole(ben, "host"))).toBe("ok");
    await eventually(() => toldOf(ada).has("Ben"));
    expect(await grace.moderate(setRole(ben, "participant"))).toBe("ok");
    await eventually(() => lastSeen(ada, ben) === null);
    expect(await namesIn(ada)).toEqual(["Ada", "Grace"]);
    expect(await namesIn(grace)).toEqual(["Ada", "Ben", "Grace"]);
    // To hosts the newest news is that Ben is there.
    const news = [subjects.state(grace.sid, "participant"), subjects.host(grace.sid, "participant")];
    const ofBen = news.flatMap((way) => grace.events(way)).filter(({ participantId }) => participantId === ben.pid);
    const newest = ofBen.toSorted((one, other) => (one["revision"] as number) - (other["revision"] as number)).at(-1);
    expect(newest?.["entry"]).toMatchObject({ name: "Ben", role: "participant" });
  });
});
