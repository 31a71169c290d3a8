import { createHash, createPublicKey, randomBytes } from "node:crypto";
import {
  receiptAnswerSchema,
  receiptKeySchema,
  signedReceiptSchema,
  type ErrorBody,
  type JoinAnswer,
  type Receipt,
} from "@sotto/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkReceipt } from "../../../../../tools/checkReceipt.mjs";
import { signHs256 } from "../../platform/jwt/hs256.ts";
import { tokenKey } from "../../platform/jwt/tokenKey.ts";
import { Sfu } from "../../platform/sfu/Sfu.ts";
import { endingSessions } from "../../sessions/EndingSession.ts";
import { concludeSession } from "../../sessions/endSession.ts";
import { connectAs, type TestParticipant } from "../../testing/connectAs.ts";
import { eventually } from "../../testing/eventually.ts";
import { joinAs } from "../../testing/joinAs.ts";
import { host, joinWith, newPassphraseRoom, open, restart } from "../../testing/passphraseRooms.ts";
import { startTestServer, type TestServer } from "../../testing/startTestServer.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ receipts: { keepDays: 30 } });
});
afterAll(() => server[Symbol.asyncDispose]());

interface Person {
  answer: JoinAnswer;
  page: TestParticipant;
}

const enter = async (roomId: string, person: object = {}): Promise<Person> => {
  const { answer } = await joinAs(server, { token: await server.joinToken(roomId, person) });
  return { answer, page: await connectAs(answer) };
};
const meeting = async (features?: object) => {
  const roomId = await server.createRoom(features);
  const grace = await enter(roomId, { is_admin: true, name: "Grace Hopper", user_id: "grace-7" });
  const ada = await enter(roomId, { name: "Ada Lovelace", user_id: "ada-7" });
  return { roomId, sessionId: ada.answer.sessionId, grace, ada };
};

/** Status and body of `GET /api/receipt`. */
const ask = async (token?: string) => {
  const headers = token === undefined ? undefined : { authorization: `Bearer ${token}` };
  const response = await fetch(`${server.origin}/api/receipt`, headers && { headers });
  const body: unknown = await response.json();
  return response.ok
    ? { http: response.status, ...receiptAnswerSchema.parse(body) }
    : { http: response.status, code: (body as ErrorBody).error.code };
};
/** The document, when there is one. */
const documentOf = (token: string) =>
  eventually(async () => {
    const answer = await ask(token);
    return "document" in answer ? answer.document : null;
  }, 10_000);
const receiptIn = (document: string): Receipt => signedReceiptSchema.parse(JSON.parse(document)).receipt;
const tokenFor = (roomId: string, sessionId: string) => server.context.receipts.tokens.issue({ roomId, sessionId });
const endByHost = async ({ page }: Person): Promise<string> => {
  const ended = await page.call("end-meeting");
  if (!ended.ok) throw new Error(ended.error.message);
  return ended.result["receiptToken"] as string;
};
const said = ({ page, answer }: Person, kind: "state.ended" | "receipt") => {
  const { sessionId, participantId } = answer;
  return page.events(kind === "receipt" ? `m.${sessionId}.to.${participantId}.receipt` : `m.${sessionId}.${kind}`);
};

describe("a receipt", () => {
  it("counts what was there, names nobody, and anybody can check it", async () => {
    const { roomId, sessionId, grace, ada } = await meeting();
    const ben = await enter(roomId, { name: "Ben" });
    const messages = [sealed(1), sealed(2), sealed(3)];
    for (const message of messages) await ada.page.call("pub-chat", message);
    await ada.page.call("pub-chat", messages[0]); // once more, which is stored once
    await ada.page.call("pub-private", to(grace.answer.participantId, sealed(4)));
    const sizes = [5_000, 70_000];
    for (const size of sizes) expect(await upload(ben, size, size)).toBe(201);
    expect(await upload(ben, 6_000, 10)).toBe(400); // broken off
    await ben.page.call("leave");
    await eventually(async () => (await server.context.epochs.find(sessionId))!.epochs.length > 1);
    // Somebody who had a seat and never came.
    await joinAs(server, { token: await server.joinToken(roomId) });
    const { epochs } = (await server.context.epochs.find(sessionId))!;
    const streams = await Promise.all(
      (["public", "private"] as const).map((kind) => server.context.nats.streams.usage(sessionId, kind)),
    );

    const before = Date.now();
    const document = await documentOf(await endByHost(grace));
    const checked = checkReceipt(document);
    expect(checked).toMatchObject({ problem: null, fingerprint: server.context.receiptKey.fingerprint });
    const receipt = receiptIn(document);
    expect(receipt).toMatchObject({
      meeting: { roomId, sessionId, endReason: "ended_by_host", keyModel: "server" },
      counted: {
        people: 3,
        messages: { count: 3, bytes: streams[0]!.bytes },
        privateMessages: { count: 1, bytes: streams[1]!.bytes },
        files: { count: 2, bytes: 75_000, unfinished: 1 },
        keys: { serverKey: true, epochsBegun: epochs.length },
      },
      losses: [],
      result: "gone",
      neverHeld: ["stored_media", "recording", "transcript", "analytics"],
    });
    expect(streams[0]!.bytes).toBeGreaterThan(3 * sealed(0).length);
    const { openedAt, beganAt, endedAt } = receipt.meeting;
    const times = [openedAt, beganAt, new Date(before).toISOString(), endedAt, receipt.counted.at, receipt.issuedAt];
    expect(times).toEqual(times.toSorted());
    expect(receipt.parts.map(({ part, store, medium, result }) => `${part}: ${medium} of ${store}, ${result}`)).toEqual(
      [
        "people: memory of nats-server, gone",
        "messages: memory of nats-server, gone",
        "private_messages: memory of nats-server, gone",
        "files: disk of files, gone",
        "file_list: memory of nats-server, gone",
        "keys: memory of nats-server, gone",
        "opening: memory of nats-server, gone",
        "activity: memory of nats-server, gone",
        "media_room: memory of livekit-server, gone",
        "connections: memory of nats-server, gone",
      ],
    );
    for (const { checkedAt } of receipt.parts) expect(checkedAt >= receipt.counted.at).toBe(true);
    expect(receipt.statement.join("\n")).toContain("messages to everybody: 3 (");

    const people = [grace, ada, ben].flatMap(({ answer }) => [answer.participantId, answer.name, answer.nats.secret]);
    for (const word of [...people, "grace-7", "ada-7", "A title", "p_"]) expect(document).not.toContain(word);
    expect(checkReceipt(document.replace('"count": 3', '"count": 2'))).toMatchObject({
      problem: expect.stringContaining("changed") as string,
    });
  });

  it.each([
    [{}, "none", { serverKey: false, epochsBegun: 0 }, "server_key", "keys: none"],
    [
      { end_to_end_encryption_features: { is_enabled: true, enabled_self_insert_encryption_key: true } },
      "passphrase",
      { serverKey: false, epochsBegun: 1 },
      "passphrase",
      "keys: none; the numbers of 1 epochs",
    ],
  ])("says of %o whether a key existed", async (features, keyModel, keys, absence, sentence) => {
    const roomId = await server.createRoom(features);
    const joined = await joinWith(server, roomId, host);
    if (keyModel === "passphrase") await open(server, joined);
    await connectAs(joined.answer);
    await server.manage("/room/endRoom", { room_id: roomId });
    const receipt = receiptIn(await documentOf(tokenFor(roomId, joined.answer.sessionId)));
    expect(receipt).toMatchObject({ meeting: { keyModel, endReason: "ended_by_api" }, counted: { keys, people: 1 } });
    expect(receipt.neverHeld).toContain(absence);
    expect(receipt.statement).toContainEqual(expect.stringContaining(sentence));
  });

  it("tells of a loss of the memory that held the session", async () => {
    const { roomId, sessionId } = await meeting();
    const at = Date.UTC(2026, 10, 24, 14, 2);
    await server.context.state.rooms.mutate(roomId, (room) => ({ ...room, losses: [...room.losses, at] }));
    await server.manage("/room/endRoom", { room_id: roomId });
    const { losses, statement } = receiptIn(await documentOf(tokenFor(roomId, sessionId)));
    expect(losses).toEqual(["2026-11-24T14:02:00.000Z"]);
    expect(statement.join()).toContain("was lost and made anew at 2026-11-24 14:02:00.000 UTC");
  });

  it("of a session that another one replaced has its own times and reason", async () => {
    const roomId = await newPassphraseRoom(server);
    const grace = await joinWith(server, roomId, host);
    await open(server, grace);
    await connectAs(grace.answer);
    const opened = (await server.context.sessions.room(roomId))!.createdAt;
    expect(await restart(server, grace)).toBe("200");
    const replaced = receiptIn(await documentOf(tokenFor(roomId, grace.answer.sessionId)));
    const room = (await server.context.sessions.room(roomId))!;
    expect(replaced).toMatchObject({
      meeting: {
        endReason: "restarted",
        openedAt: new Date(opened).toISOString(),
        endedAt: new Date(room.createdAt).toISOString(),
      },
      result: "gone",
      counted: { people: 1 },
    });
    const row = await server.context.pastSessions.find(grace.answer.sessionId);
    expect(row).toMatchObject({ createdAt: new Date(opened), endedAt: new Date(room.createdAt) });
    await server.manage("/room/endRoom", { room_id: roomId });
    const next = receiptIn(await documentOf(tokenFor(roomId, room.sessionId)));
    expect(next.meeting.beganAt).toBe(replaced.meeting.endedAt);
  });
});

describe("an end that does not succeed at once", () => {
  it("is told as it is, counts once, and is replaced when nothing is left", async () => {
    const { context } = server;
    const { roomId, sessionId, ada } = await meeting();
    await ada.page.call("pub-chat", sealed(1));
    expect(await upload(ada, 5_000, 5_000)).toBe(201);
    const now = Date.now();
    const entry = await context.state.rooms.mutate(roomId, (room) => ({
      ...room,
      phase: { name: "ending", startedAt: now, reason: "ended_by_host", endedAt: now, claimedAt: now, stock: null },
    }));
    const token = tokenFor(roomId, sessionId);
    expect(await ask(token)).toEqual({ http: 202, status: "checking" });

    // A media server that does not answer: whether its room is gone nobody can say.
    const sfu = new Sfu({ url: "http://127.0.0.1:9", key: "key-of-nobody", secret: "s".repeat(32) });
    const attempt = async (options: object = {}) => {
      const room = (await context.state.rooms.get(roomId))?.value ?? entry!.value;
      const [ending] = endingSessions(room);
      return concludeSession({ ...context, ...options }, room, ending!);
    };
    expect(await attempt({ sfu })).toBe(false);
    const first = await documentOf(token);
    expect(checkReceipt(first).problem).toBeNull();
    const held = { people: 2, messages: { count: 1 }, files: { count: 1, bytes: 5_000 } };
    expect(receiptIn(first)).toMatchObject({ result: "left", attempts: 5, counted: held });
    expect(receiptIn(first).parts.filter(({ result }) => result !== "gone")).toMatchObject([
      { part: "media_room", result: "unknown" },
    ]);
    expect(receiptIn(first).statement.join("\n")).toMatch(
      /media server .*COULD NOT BE LOOKED AT[^]*NOT everything is gone/,
    );
    expect(receiptIn(first).statement.join("\n")).not.toContain("nothing of it is left");
    expect(await context.pastSessions.find(sessionId)).toMatchObject({ wiped: false, leftovers: ["media_room"] });
    const stored = await context.artifacts.ofSession(sessionId, "DATA_RECEIPT");

    expect(await attempt()).toBe(true);
    const second = await documentOf(token);
    expect(receiptIn(second)).toMatchObject({ result: "gone", attempts: 1, counted: receiptIn(first).counted });
    expect(await context.artifacts.ofSession(sessionId, "DATA_RECEIPT")).toMatchObject({
      artifactId: stored!.artifactId,
      metadata: { final: true },
    });

    // A node that was slow comes last and is wrong by now.
    expect(await attempt({ sfu })).toBe(false);
    expect(await documentOf(token)).toBe(second);
    await context.sessions.resumeEnd({ ...entry!, key: roomId }, now + 60_000);
    expect(await context.state.rooms.get(roomId)).toBeNull();
    expect(await documentOf(token)).toBe(second);
  });
});

describe("who gets a receipt", () => {
  it("is every host who is there, in a message of their own before the news of the end, and nobody else", async () => {
    const { roomId, grace, ada } = await meeting();
    const kay = await enter(roomId, { is_admin: true, name: "Kay" });
    await server.manage("/room/endRoom", { room_id: roomId });
    for (const person of [grace, ada, kay]) await eventually(() => said(person, "state.ended").length === 1);
    expect(said(ada, "receipt")).toEqual([]);
    for (const person of [grace, kay]) {
      const [event, ...others] = said(person, "receipt");
      expect(others).toEqual([]);
      expect(await ask(event!["token"] as string)).toMatchObject({ status: "ready" });
      const subjects = person.page.client.messages.map(({ subject }) => subject.split(".").slice(2).join("."));
      expect(subjects.indexOf(`to.${person.answer.participantId}.receipt`)).toBeLessThan(
        subjects.indexOf("state.ended"),
      );
    }
    expect(JSON.stringify(said(ada, "state.ended"))).toBe('[{"reason":"ended_by_api"}]');
  });

  it("shows a token for just that session, for ten minutes", async () => {
    const { roomId, sessionId, grace } = await meeting();
    const token = await endByHost(grace);
    await documentOf(token);
    const claims = { roomId, sessionId };
    const now = Math.floor(Date.now() / 1000);
    const forge = (times: object, kind: "receipt" | "file") =>
      signHs256({ ...claims, ...times }, tokenKey(server.secrets.tokens.secret, kind));
    const times = { nbf: now - 5, exp: now + 60 };
    expect(await ask(forge(times, "receipt"))).toMatchObject({ status: "ready" });
    expect(await ask(forge({ nbf: now - 700, exp: now - 60 }, "receipt"))).toEqual({
      http: 401,
      code: "token_expired",
    });
    expect(await ask()).toEqual({ http: 401, code: "token_missing" });
    const others = [
      forge(times, "file"),
      signHs256({ ...claims, ...times }, server.secrets.api.secret),
      signHs256({ ...claims, ...times, sessionId: "../../x" }, tokenKey(server.secrets.tokens.secret, "receipt")),
      token.slice(0, -2),
      grace.answer.media!.token,
      grace.answer.nats.secret,
      "x".repeat(9_000),
    ];
    for (const other of others) expect(await ask(other)).toEqual({ http: 401, code: "token_invalid" });
    expect(server.logs()).not.toContain(token);
    const payload = JSON.parse(Buffer.from(token.split(".")[1]!, "base64url").toString()) as Record<string, number>;
    expect(payload["exp"]! - payload["nbf"]!).toBe(600);
  });

  it("is told that there is none: of a session that goes on, and of one that is not known", async () => {
    const { roomId, sessionId } = await meeting();
    const nothing = { http: 404, code: "not_found" };
    expect(await ask(tokenFor(roomId, sessionId))).toEqual(nothing);
    expect(await ask(tokenFor(roomId, randomBytes(16).toString("base64url")))).toEqual(nothing);
    await server.manage("/room/endRoom", { room_id: roomId });
    const stored = await server.context.artifacts.ofSession(sessionId, "DATA_RECEIPT");
    await server.context.artifacts.delete("main", stored!.artifactId);
    expect(await ask(tokenFor(roomId, sessionId))).toEqual(nothing);
  });
});

describe("the installation", () => {
  it("publishes its key, and keeps the private half to itself", async () => {
    const answer: unknown = await (await fetch(`${server.origin}/api/receipt-key`)).json();
    const { fingerprint, key, pem } = receiptKeySchema.parse(answer);
    expect(createPublicKey(pem).export({ format: "jwk" })).toEqual({ kty: "OKP", crv: "Ed25519", x: key.x });
    const thumbprint = createHash("sha256").update(`{"crv":"Ed25519","kty":"OKP","x":"${key.x}"}`);
    expect([fingerprint, key.kid]).toEqual(Array(2).fill(thumbprint.digest("base64url")));
    expect(JSON.stringify(answer) + server.logs()).not.toContain(server.secrets.receipts.privateKey);
  });

  it("deletes receipts when their time is over, and no other", async () => {
    const { artifacts } = server.context;
    const dayMs = 24 * 3_600_000;
    const put = async (ageMs: number) => {
      const sessionId = randomBytes(16).toString("base64url");
      const created = new Date(Date.now() - ageMs);
      const metadata = { final: true };
      const type = "DATA_RECEIPT";
      await artifacts.put({
        artifactId: sessionId,
        owner: "main",
        roomId: "r",
        sessionId,
        type,
        created,
        metadata,
        content: "{}",
      });
      return sessionId;
    };
    const [old, young] = [await put(30 * dayMs + 60_000), await put(30 * dayMs - 3_600_000)];
    await eventually(async () => (await artifacts.find(old)) === null, 10_000);
    expect(await artifacts.find(young)).not.toBeNull();
  });
});

/** A message of key schedule v1 in shape: header, padded body, tag; 16 bytes of id before it. */
function sealed(id: number): Buffer {
  const message = Buffer.alloc(16 + 41 + 1024 + 16, 9);
  message.fill(id, 0, 16);
  message[16] = 1;
  return message;
}

/** The body of `pub-private` for a message with its id. */
function to(peer: string, message: Buffer): Buffer {
  return Buffer.concat([message.subarray(0, 16), Buffer.from(peer), message.subarray(16)]);
}

/** Announces a blob of so many bytes and brings as many as are given; the status of the answer. */
async function upload({ page }: Person, announcedBytes: number, bytes: number): Promise<number> {
  const announced = await page.call("file-upload", JSON.stringify({ bytes: announcedBytes }));
  if (!announced.ok) throw new Error(announced.error.message);
  const { fileId, uploadToken } = announced.result as { fileId: string; uploadToken: string };
  const { status } = await fetch(`${server.origin}/api/files/${fileId}`, {
    method: "PUT",
    headers: { authorization: `Bearer ${uploadToken}`, "content-type": "application/octet-stream" },
    body: new Uint8Array(bytes),
  });
  return status;
}
