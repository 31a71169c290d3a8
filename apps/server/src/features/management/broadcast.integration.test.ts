import { createHmac, randomUUID } from "node:crypto";
import { noticeEventSchema, subjects } from "@sotto/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { clientsCommand } from "../../clients/clientsCommand.ts";
import { SecretsFile } from "../../config/SecretsFile.ts";
import { apiClientsOf, type ApiClient } from "../../clients/ApiClient.ts";
import { enter, type Person } from "../../testing/enter.ts";
import { eventually } from "../../testing/eventually.ts";
import { startTestServer, type ManagementAnswer, type TestServer } from "../../testing/startTestServer.ts";

const path = "/room/broadcastToRoom";

let server: TestServer;
let other: TestServer;
let school: ApiClient;
beforeAll(async () => {
  server = await startTestServer();
  const file = new SecretsFile(server.dataDir);
  const secrets = file.load();
  file.replace({ ...secrets, ...clientsCommand(["add", "school"], secrets).changed });
  school = apiClientsOf(file.load())[1]!;
  other = await server.secondNode();
});
afterAll(async () => {
  await other[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

const signed = (body: string, head = "", { key, secrets }: Pick<ApiClient, "key" | "secrets"> = home()) => ({
  "API-KEY": key,
  "HASH-SIGNATURE": createHmac("sha256", secrets[0]).update(`${head}${body}`).digest("hex"),
});
const home = () => server.context.clients.home;
const announce = (room_id: string, text: string, more: object = {}, node = server) =>
  node.manage(path, { room_id, notification_msg: { text }, ...more });
/** Texts of the notices that somebody got so far. */
const toAll = (person: Person) => person.events(subjects.state(person.sid, "notice")).map(({ text }) => text);
const toOne = (person: Person) => person.told("notice").map(({ text }) => text);
const refused = { status: false, status_code: "INVALID_PARAMETERS" };

describe("a notice", () => {
  it("reaches everybody who is in, from whichever node, and is kept nowhere", async () => {
    const room = await server.createRoom({
      waiting_room_features: { is_active: true },
      end_to_end_encryption_features: { is_enabled: true },
    });
    expect(await announce(room, "Nobody hears this")).toMatchObject({ status: false, status_code: "NOT_FOUND" });
    const ada = await enter(server, room, { user_id: "ada", is_admin: true });
    const hidden = await enter(server, room, { user_id: "hidden", is_hidden: true });
    const ben = await enter(server, room, { user_id: "ben", is_admin: true }, other);
    const waiting = await enter(server, room, { user_id: "cleo" });
    const canary = `notice${randomUUID().replaceAll("-", "")}`;
    const hostile = `<img src=x onerror=alert(1)> {{name}} ${canary}\n\u202Eback`;
    expect(await announce(room, hostile)).toEqual({ status: true, msg: "success", status_code: "SUCCESS" });
    expect(await announce(room, "From the other node", {}, other)).toMatchObject({ status: true });
    // Whoever waits is in no meeting yet, also for a notice of their own.
    const alone = await announce(room, "For who waits", { to_user_id: "cleo" });
    expect(alone).toMatchObject({ status: false, status_code: "NOT_FOUND" });
    for (const person of [ada, ben, hidden]) {
      await eventually(() => toAll(person).length === 2);
      expect(toAll(person)).toEqual([hostile, "From the other node"]);
    }
    const [event] = ada.events(subjects.state(ada.sid, "notice"));
    expect(noticeEventSchema.strict().parse(event)).toMatchObject({ level: "info" });

    const late = await enter(server, room, { user_id: "dora", is_admin: true });
    const snapshot = JSON.stringify(await late.call("snapshot"));
    const known = JSON.stringify([await server.manage("/room/getActiveRoomInfo", { room_id: room }), late.answer]);
    await announce(room, "The last one");
    await eventually(() => toAll(late).length === 1);
    expect(toAll(late)).toEqual(["The last one"]);
    expect([...toAll(waiting), ...toOne(waiting)]).toEqual([]);
    expect(snapshot + known + server.logs() + other.logs()).not.toContain(canary);
    await server.manage("/room/endRoom", { room_id: room });
    expect(JSON.stringify(await server.context.receipts.find(ada.sid))).not.toContain(canary);
  });

  it("for hosts, or for one person by whichever id, is told to nobody else", async () => {
    const room = await server.createRoom({ auto_gen_user_id: true });
    const ada = await enter(server, room, { user_id: "ada", is_admin: true });
    const ben = await enter(server, room, { user_id: "ben" });
    const cleo = await enter(server, room, { user_id: "cleo" }, other);
    await announce(room, "For hosts", { only_to_admins: true });
    await announce(room, "For Ben", { to_user_id: "ben" });
    await announce(room, "For both", { onlyToAdmins: true, toUserId: "ben" });
    expect(await announce(room, "For nobody", { to_user_id: "eve" })).toMatchObject({ status_code: "NOT_FOUND" });
    await announce(room, "For all");
    for (const person of [ada, ben, cleo]) await eventually(() => toAll(person).includes("For all"));
    expect([toOne(ada), toOne(ben), toOne(cleo)]).toEqual([["For hosts", "For both"], ["For Ben", "For both"], []]);
    expect([ada, ben, cleo].map((person) => toAll(person).length)).toEqual([1, 1, 1]);
  });

  it("has the level that is named, and is one whether it is sent as a notification or as a message of the chat", async () => {
    const room = await server.createRoom();
    const ada = await enter(server, room, {});
    const send = (payload: object) => server.manage(path, { room_id: room, ...payload });
    await send({ notificationMsg: { text: "a", type: "NATS_SYSTEM_NOTIFICATION_ERROR", withSound: true } });
    await send({ notification_msg: { text: "b", type: 1 } });
    await send({ chat_msg: { message: "  c\r\nd  " } });
    await eventually(() => toAll(ada).length === 3);
    expect(ada.events(subjects.state(ada.sid, "notice"))).toMatchObject([
      { level: "error", text: "a" },
      { level: "warning", text: "b" },
      { level: "info", text: "c\nd" },
    ]);
    // It is no message, in the chat or the stream behind it.
    const snapshot = await server.context.sessions.lastSequence((await server.context.sessions.room(room))!);
    expect(snapshot).toBe(0);
  });

  it("is an integrator's alone: nobody in the meeting can write one, to all or to somebody", async () => {
    const room = await server.createRoom();
    const ada = await enter(server, room, { is_admin: true });
    const ben = await enter(server, room, {});
    const forged = JSON.stringify({ id: "0".repeat(32), level: "info", text: "forged" });
    for (const subject of [
      subjects.state(ada.sid, "notice"),
      subjects.to(ada.sid, ben.pid, "notice"),
      subjects.to(ada.sid, ada.pid, "notice"),
    ]) {
      expect(await ada.mayPublish(subject, forged)).toBe(false);
    }
    await announce(room, "true");
    await eventually(() => toAll(ben).length === 1);
    expect([...toAll(ben), ...toOne(ben)]).toEqual(["true"]);
  });
});

describe("what is no notice", () => {
  const notice = (text: unknown) => ({ notification_msg: { text } });
  it.each<[string, object]>([
    ["no payload", {}],
    ["two payloads", { ...notice("a"), chat_msg: { message: "b" } }],
    ["no text", notice("")],
    ["spaces", notice(" \n ")],
    ["no string", notice(["a"])],
    ["a text that is too long", notice("x".repeat(501))],
    ["too many lines", notice(Array(12).fill("x").join("\n"))],
    ["control characters", notice("a\u0000b")],
    ["an escape sequence", notice("a\u001B[31mb")],
    ["half a character", notice("a\uD83D")],
    ["an unknown type", { notification_msg: { text: "a", type: "constructor" } }],
    ["a type out of range", { notification_msg: { text: "a", type: 3 } }],
    ["an empty user id", { ...notice("a"), to_user_id: "" }],
    ["a misspelt field", { ...notice("a"), to_userid: "ben" }],
    ["an unknown field inside", { notification_msg: { text: "a", html: "<b>" } }],
    ["a flag that is a text", { ...notice("a"), only_to_admins: "true" }],
  ])("%s is refused and shown to nobody", async (_case, payload) => {
    expect(await server.manage(path, { room_id: "none", ...payload })).toMatchObject(refused);
  });

  it("is a room's of another client, whatever it is called, an ended one, or one that is in no room", async () => {
    const room = await server.createRoom();
    const ada = await enter(server, room, {});
    const ask = async (client: ApiClient, room_id: string) => {
      const body = JSON.stringify({ room_id, ...notice("theirs") });
      return (await (await server.manageRaw(path, body, signed(body, "", client))).json()) as ManagementAnswer;
    };
    await eventually(async () => (await ask(school, room)).status_code !== "INVALID_API_KEY", 20_000);
    expect(await ask(school, room)).toMatchObject({ status: false, status_code: "ROOM_NOT_FOUND" });
    for (const name of [`main=${room}`, `school=${room}`, "*", "x".repeat(129)]) {
      expect(await ask(school, name)).toMatchObject(refused);
    }
    expect(await announce(room, "ours")).toMatchObject({ status: true });
    await eventually(() => toAll(ada).length === 1);
    expect(toAll(ada)).toEqual(["ours"]);
    await server.manage("/room/endRoom", { room_id: room });
    expect(await announce(room, "too late")).toMatchObject({ status: false, status_code: "ROOM_NOT_FOUND" });
  });

  it("is one that is unsigned, sent again, or too large", async () => {
    const room = await server.createRoom();
    const ada = await enter(server, room, {});
    const body = JSON.stringify({ room_id: room, ...notice("once") });
    const [time, nonce] = [String(Math.floor(Date.now() / 1000)), randomUUID()];
    const headers = {
      "X-Request-Timestamp": time,
      "X-Request-Nonce": nonce,
      ...signed(body, `${time}\n${nonce}\n`),
    };
    expect((await server.manageRaw(path, body, { "HASH-SIGNATURE": "0".repeat(64) })).status).toBe(401);
    const statuses = [];
    for (const node of [server, other, server]) statuses.push((await node.manageRaw(path, body, headers)).status);
    expect(statuses).toEqual([200, 401, 401]);
    const large = JSON.stringify({ room_id: room, ...notice("x".repeat(300_000)) });
    expect((await server.manageRaw(path, large)).status).toBe(413);
    await announce(room, "end");
    await eventually(() => toAll(ada).includes("end"));
    expect(toAll(ada)).toEqual(["once", "end"]);
  });

  it("is more than ten a minute in one meeting, which costs no other one anything", async () => {
    const [room, next] = [await server.createRoom(), await server.createRoom()];
    const ada = await enter(server, room, {});
    await enter(server, next, {});
    const body = JSON.stringify({ room_id: room, ...notice("again") });
    const answers: Response[] = [];
    // However slow it goes: some are allowed again meanwhile.
    while (answers.length < 60 && !answers.some(({ status }) => status === 429)) {
      answers.push(...(await Promise.all(Array.from({ length: 12 }, () => server.manageRaw(path, body)))));
    }
    const late = answers.filter(({ status }) => status === 429);
    expect(late.length).toBeGreaterThan(0);
    expect(answers.length - late.length).toBeGreaterThanOrEqual(10);
    expect(late.map(({ headers }) => headers.get("retry-after"))).toEqual(late.map(() => "6"));
    expect(await late[0]!.json()).toMatchObject({ status: false, status_code: "PERMISSION_DENIED" });
    expect(await announce(next, "another meeting")).toMatchObject({ status: true });
    await eventually(() => toAll(ada).length === answers.length - late.length);
  });
});

it("what needs a feature that is not there says so, before it reads a file", async () => {
  const form = new FormData();
  form.append("document", new Blob(["x".repeat(400_000)]), "slides.pdf");
  // As plugNmeet's SDK signs files: over the room's id alone.
  const headers = { ...signed("room"), "Room-Id": "room" };
  for (const request of [{ headers, body: form }, { body: "{}" }, {}]) {
    const answer = await fetch(`${server.origin}/auth/room/uploadWhiteboardFile`, { method: "POST", ...request });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({
      status: false,
      status_code: "PERMISSION_DENIED",
      msg: "feature_disabled: this version of Sotto has no whiteboard",
    });
  }
  // Everything else below /auth is told only to who may ask.
  expect((await fetch(`${server.origin}/auth/room/uploadWhiteboardFile`)).status).toBe(401);
});
