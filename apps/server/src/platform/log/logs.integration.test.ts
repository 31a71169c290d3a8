import { randomBytes } from "node:crypto";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, it } from "vitest";
import { WebSocket } from "ws";
import { enter } from "../../testing/enter.ts";
import { eventually } from "../../testing/eventually.ts";
import { joinAs } from "../../testing/joinAs.ts";
import { killEngine } from "../../testing/killEngine.ts";
import { startTestServer, type TestServer } from "../../testing/startTestServer.ts";

/** What the log of a server that writes as much as it can holds after meetings, mistakes, attacks and failures. */
let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ server: { trustProxy: true } });
});
afterAll(() => server[Symbol.asyncDispose]());

/** A word that occurs nowhere by chance, and what the log must not hold it as. */
const secrets = new Map<string, string>();
function canary(what: string): string {
  const text = `${what.replaceAll(/\W/g, "")}${randomBytes(9).toString("hex")}`;
  secrets.set(what, text);
  return text;
}
function alsoSecret(what: string, text: string | undefined): string {
  if (!text) throw new Error(`there is no ${what}`);
  secrets.set(what, text);
  return text;
}

/** What of these is in the log, in clear or as part of something in base64. */
function leaked(): string[] {
  const log = server.logs();
  const forms = (text: string) => [
    text,
    encodeURIComponent(text),
    ...[0, 1, 2].map((skip) =>
      Buffer.from(text.slice(skip, text.length - ((text.length - skip) % 3))).toString("base64url"),
    ),
  ];
  return [...secrets].filter(([, text]) => forms(text).some((form) => log.includes(form))).map(([what]) => what);
}

const json = { "content-type": "application/json" };
const address = "203.0.113.77";

it("a search of the log finds what is in it", async () => {
  const { sid } = await enter(server, await server.createRoom());
  await server.context.sessions.endAll("ended_by_api");
  secrets.set("session id", sid);
  expect(leaked()).toEqual(["session id"]);
  secrets.delete("session id");
  expect(server.logs()).toMatch(/"engine":"nats-server"/);
});

it("a whole meeting leaves nothing of its people, words and keys in it", async () => {
  const room_id = canary("room id");
  const metadata = {
    room_title: canary("title"),
    welcome_message: canary("welcome"),
    webhook_url: `https://${canary("webhook")}.example/hook`,
    logout_url: `https://${canary("logout")}.example/`,
    extra_data: canary("extra data"),
    room_features: { end_to_end_encryption_features: { is_enabled: true } },
  };
  await server.manage("/room/create", { room_id, metadata });
  const user_metadata = { extra_data: canary("user's data"), profile_pic: `https://x.example/${canary("picture")}` };
  const person = { name: canary("name"), user_id: canary("user id"), is_admin: true, user_metadata };
  const ada = await enter(server, room_id, person);
  const { answer, cookie } = ada;
  alsoSecret("media token", answer.media?.token.split(".")[2]);
  alsoSecret("connection secret", answer.nats.secret);
  alsoSecret("inbox", answer.nats.inboxPrefix);
  alsoSecret("resume cookie", cookie.split("=")[1]);
  if (answer.e2ee.model !== "server" || answer.e2ee.secret === undefined) throw new Error("no key");
  alsoSecret("root", answer.e2ee.secret);
  for (const { epoch, secret } of answer.e2ee.epochs ?? []) alsoSecret(`epoch ${epoch}`, secret);
  const ben = await enter(server, room_id, { name: canary("other name") });
  await ada.call("pub-chat", Buffer.concat([randomBytes(16), Buffer.from(canary("message"))]));
  await ada.call("resume", JSON.stringify({ after: { public: 0, private: 0 } }));
  await ada.call("snapshot");
  const file = await ada.call("file-upload", JSON.stringify({ bytes: 10 }));
  if (!file.ok) throw new Error(file.error.code);
  const uploadToken = alsoSecret("upload token", String(file.result["uploadToken"]).split(".")[1]);
  expect(uploadToken).not.toBe("");
  await fetch(`${server.origin}/api/files/${String(file.result["fileId"])}`, {
    method: "PUT",
    headers: {
      authorization: `Bearer ${String(file.result["uploadToken"])}`,
      "content-type": "application/octet-stream",
    },
    body: canary("file").slice(0, 10),
  });
  expect(await ada.moderate({ action: "remove", participantId: ben.pid, ban: true })).toBe("ok");
  await server.manage("/room/endRoom", { room_id });

  const plain = await server.createRoom({ end_to_end_encryption_features: { is_enabled: false } });
  const cid = await enter(server, plain);
  const [id, version, text] = [randomBytes(16), Buffer.of(0), JSON.stringify({ text: canary("message in clear") })];
  expect(await cid.call("pub-chat", Buffer.concat([id, version, Buffer.from(text)]))).toMatchObject({ ok: true });
  expect(await cid.call("pub-chat", Buffer.from(canary("no message")))).toMatchObject({ ok: false });
  await server.manage("/room/endRoom", { room_id: plain });
  expect(leaked()).toEqual([]);
});

it("mistakes and attacks leave nothing of what they sent", async () => {
  secrets.set("address", address);
  const headers = {
    ...json,
    "x-forwarded-for": address,
    "user-agent": canary("user agent"),
    cookie: `a=${canary("cookie")}`,
  };
  const post = (path: string, body: string, more: Record<string, string> = {}) =>
    fetch(server.origin + path, { method: "POST", headers: { ...headers, ...more }, body });
  const jwt = (claims: object) =>
    ["HS256", claims].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".") + ".c2ln";
  await post("/api/join", `{"${canary("unknown field")}":1}`);
  await post("/api/join", `{"${canary("half a body")}`);
  await post("/api/join", JSON.stringify({ name: canary("large") + "x".repeat(300_000) }));
  await post("/api/join", "{}", { authorization: `Bearer ${jwt({ name: canary("forged name") })}` });
  await post("/api/join", "{}", { authorization: `Bearer ${canary("no token")}` });
  await post("/api/opening", JSON.stringify({ proof: canary("proof") }));
  await post("/api/meetings", JSON.stringify({ title: `${canary("hostile")}\n{"level":"error"}\u001B[2J` }));
  await fetch(`${server.origin}/?access_token=${canary("token in an address")}`, { headers });
  await fetch(`${server.origin}/m/${canary("path")}`, { headers });
  await fetch(`${server.origin}/rtc/validate?access_token=${canary("media token in an address")}`, { headers });
  await fetch(`${server.origin}/download/artifact/${canary("artifact")}`, { headers });
  await server.manageRaw("/room/create", canary("no JSON"));
  await server.manage("/room/create", { room_id: `a/${canary("room id with a slash")}`, metadata: {} });
  await server.manageRaw("/room/create", "{}", { "API-KEY": canary("key"), "HASH-SIGNATURE": canary("signature") });

  const socket = new WebSocket(`${server.origin.replace("http", "ws")}/nats`, { headers });
  await new Promise((resolve) => socket.once("open", resolve));
  const [lang, name, pass] = [canary("client's language"), canary("client's name"), canary("password")];
  socket.send(
    `CONNECT ${JSON.stringify({ lang, name, version: canary("version"), user: "x.y", pass, verbose: true })}\r\n`,
  );
  socket.send(`PUB ${canary("subject")} 5\r\n${canary("payload").slice(0, 5)}\r\nPING\r\n`);
  await new Promise((resolve) => socket.once("close", resolve));
  const roomId = await server.createRoom();
  const ada = await enter(server, roomId, { is_admin: true });
  await ada.call("hand", canary("body of a request"));
  await ada.call("moderate", JSON.stringify({ [canary("field of an order")]: 1 }));
  const { answer } = await joinAs(server, { token: await server.joinToken(roomId) });
  const seat = new WebSocket(answer.nats.url);
  await new Promise((resolve) => seat.once("open", resolve));
  const user = `${answer.sessionId}.${answer.participantId}`;
  const itself = { lang: canary("program"), name: canary("name of a client"), version: canary("its version") };
  seat.send(`CONNECT ${JSON.stringify({ user, pass: answer.nats.secret, verbose: true, ...itself })}\r\n`);
  seat.send(`PUB ${canary("subject of others")} 0\r\n\r\nSUB ${canary("wanted")} 1\r\n`);
  await eventually(() => /wid:.*Publish Violation/.test(server.logs()));
  seat.close();
  expect(leaked()).toEqual([]);
  expect(
    server
      .logs()
      .split("\n")
      .filter(Boolean)
      .every((line) => isOneEntry(line)),
  ).toBe(true);
});

it("failures of the database and of the engines leave nothing of what they were about", async () => {
  const room_id = canary("lost room's id");
  const room_features = { end_to_end_encryption_features: { is_enabled: true } };
  const metadata = {
    room_title: canary("lost room's title"),
    webhook_url: `https://${canary("its webhook")}.example/`,
    room_features,
  };
  await server.manage("/room/create", { room_id, metadata });
  const { answer } = await enter(server, room_id, { name: canary("lost name") });
  alsoSecret("lost secret", answer.nats.secret);
  killEngine(server, "livekit");
  killEngine(server, "nats");
  await eventually(() => server.logs().includes("what NATS had lost is written back"), 30_000);
  await server.context.database.sql.execute(sql`alter table past_sessions rename to elsewhere`);
  await server.manage("/room/endRoom", { room_id });
  await eventually(() => server.logs().includes("Failed query"), 30_000);
  await server.context.database.sql.execute(sql`alter table elsewhere rename to past_sessions`);
  await eventually(() => server.logs().includes("nats-server crashed"), 30_000);
  expect(server.logs()).toMatch(/"engine":"livekit-server"/);
  expect(leaked()).toEqual([]);
  expect(secrets.size).toBeGreaterThan(40);
});

function isOneEntry(line: string): boolean {
  const { level, time, msg } = JSON.parse(line) as Record<string, unknown>;
  return [level, time, msg].every((part) => typeof part === "string");
}
