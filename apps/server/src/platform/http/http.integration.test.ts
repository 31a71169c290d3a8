import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { RoomServiceClient } from "livekit-server-sdk";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { connectAs } from "../../testing/connectAs.ts";
import { eventually } from "../../testing/eventually.ts";
import { joinAs } from "../../testing/joinAs.ts";
import { startTestServer, type TestServer } from "../../testing/startTestServer.ts";
import { createHttp } from "./createHttp.ts";
import { servePage } from "./servePage.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server[Symbol.asyncDispose]());

describe("every answer", () => {
  it("carries the security headers, whatever it is", async () => {
    for (const path of ["/", "/api/installation", "/api/none", "/healthCheck", "/auth/none", "/rtc/validate"]) {
      const { headers } = await fetch(server.origin + path);
      const policy = headers.get("content-security-policy");
      expect(policy).toContain("default-src 'self'");
      expect(policy?.split("; ")).toContain("script-src 'self' 'wasm-unsafe-eval'");
      expect(policy?.replace("'wasm-unsafe-eval'", "")).not.toMatch(/unsafe|\*|https?:/);
      expect(headers.get("referrer-policy")).toBe("no-referrer");
      expect(headers.get("cross-origin-opener-policy")).toBe("same-origin");
      expect(headers.get("permissions-policy")).toContain("geolocation=()");
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("cache-control")).toBe("no-store");
    }
  });

  it("is an error of the protocol where the request is wrong", async () => {
    const json = { "content-type": "application/json" };
    const post = async (init: RequestInit) => {
      const response = await fetch(`${server.origin}/api/join`, { method: "POST", ...init });
      return [response.status, ((await response.json()) as { error: { code: string } }).error.code];
    };
    expect(await post({ headers: json, body: "{" })).toEqual([400, "body_invalid"]);
    expect(await post({ headers: json, body: `{"senderNonce":1}` })).toEqual([400, "body_invalid"]);
    expect(await post({ headers: json, body: `{"__proto__":{"a":1}}` })).toEqual([400, "body_invalid"]);
    expect(await post({ headers: { "content-type": "text/xml" }, body: "<a/>" })).toEqual([400, "body_invalid"]);
    expect(await post({ headers: json, body: `"${"x".repeat(300_000)}"` })).toEqual([413, "body_too_large"]);
    const none = await fetch(`${server.origin}/api/none`);
    expect([none.status, await none.json()]).toMatchObject([404, { error: { code: "not_found" } }]);
  });

  it("is not waited for by whoever does not end the head of the request", async () => {
    const socket = connect(Number(new URL(server.origin).port), "127.0.0.1");
    socket.write("GET /healthCheck HTTP/1.1\r\nHost: x\r\n");
    expect(await text(socket)).toMatch(/^HTTP\/1.1 408 /);
  }, 30_000);

  it("says that the installation is well", async () => {
    const response = await fetch(`${server.origin}/healthCheck`);
    expect([response.status, await response.json()]).toEqual([200, { status: "ok" }]);
  });
});

describe("the page", () => {
  it("is index.html at its addresses, hashed files are kept for ever, and nothing else is served", async () => {
    const folder = mkdtempSync(join(tmpdir(), "sotto-page-"));
    mkdirSync(join(folder, "assets"));
    writeFileSync(join(folder, "index.html"), "<!doctype html><title>Sotto</title>");
    writeFileSync(join(folder, "assets", "app-1a2b.js"), "1");
    writeFileSync(join(folder, ".hidden"), "no");
    const http = await createHttp({ trustProxy: false, headers: {}, log: server.context.log });
    await servePage(http, folder);
    const get = (url: string) => http.inject({ url });
    for (const url of ["/", "/m/room-1", "/?access_token=x"]) {
      const { statusCode, headers, body } = await get(url);
      expect([statusCode, headers["cache-control"], body]).toEqual([200, "no-cache", expect.stringContaining("Sotto")]);
    }
    expect((await get("/assets/app-1a2b.js")).headers["cache-control"]).toBe("public, max-age=31536000, immutable");
    for (const url of ["/.hidden", "/../package.json", "/assets/..%2f..%2fetc/passwd", "/m/a/b", "/none"]) {
      expect((await get(url)).statusCode, url).toBeGreaterThanOrEqual(400);
    }
    await http.close();
    rmSync(folder, { recursive: true });
  });
});

describe("media signalling", () => {
  /** Opens `/rtc` with a token: "open", or the status of the refusal. */
  const open = (token: string) =>
    new Promise<WebSocket | number>((resolve, reject) => {
      const url = `${server.origin.replace("http", "ws")}/rtc?access_token=${token}&auto_subscribe=0&protocol=16&sdk=js`;
      const socket = new WebSocket(url);
      socket.once("open", () => resolve(socket));
      socket.once("unexpected-response", (_request, response) => resolve(response.statusCode ?? 0));
      socket.once("error", reject);
    });

  /** Who is connected to the session's room, as livekit-server says. */
  const identitiesIn = async (sessionId: string) => {
    const { key, secret } = server.secrets.livekit;
    const rooms = new RoomServiceClient(server.context.endpoints.sfuUrl, key, secret);
    return (await rooms.listParticipants(sessionId)).map(({ identity }) => identity);
  };
  const identityOf = (token: string) =>
    (JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString()) as { sub: string }).sub;

  it("is for people who are in the session, and ends when they leave", async () => {
    const roomId = await server.createRoom();
    const { answer } = await joinAs(server, { token: await server.joinToken(roomId) });
    const token = answer.media!.token;
    const socket = await open(token);
    if (typeof socket === "number") throw new Error(`refused with ${socket}`);
    const validate = () => fetch(`${server.origin}/rtc/validate?access_token=${token}`);
    expect((await validate()).status).toBe(200);

    const participant = await connectAs(answer);
    await participant.call("leave");
    await eventually(() => socket.readyState === WebSocket.CLOSED);
    expect(await open(token)).toBe(401);
    expect((await validate()).status).toBe(401);
    await server.manage("/room/endRoom", { room_id: roomId });
    expect(await open(token)).toBe(401);
  });

  it("is not for the page that another one replaced", async () => {
    const roomId = await server.createRoom();
    const first = await joinAs(server, { token: await server.joinToken(roomId) });
    await connectAs(first.answer);
    const { participantId } = first.answer;
    const second = await joinAs(server, { cookie: first.cookie, participantId });
    const socket = await open(second.answer.media!.token);
    expect(typeof socket).toBe("object");
    await connectAs(second.answer);
    expect(await open(first.answer.media!.token)).toBe(401);
    await server.manage("/room/endRoom", { room_id: roomId });
  });

  it("lets nobody in as somebody else than whose token was looked at", async () => {
    const roomId = await server.createRoom();
    const gone = await joinAs(server, { token: await server.joinToken(roomId) });
    await (await connectAs(gone.answer)).call("leave");
    const accomplice = await joinAs(server, { token: await server.joinToken(roomId, { user_id: "bob" }) });
    const [old, good] = [gone.answer.media!.token, accomplice.answer.media!.token];

    const url = `${server.origin.replace("http", "ws")}/rtc?access_token=${good}&auto_subscribe=0&protocol=16&sdk=js`;
    const socket = new WebSocket(url, { headers: { authorization: `Bearer ${old}` } });
    socket.on("error", () => undefined);
    await eventually(async () => (await identitiesIn(accomplice.answer.sessionId)).length > 0);
    expect(await identitiesIn(accomplice.answer.sessionId)).toEqual([identityOf(good)]);
    socket.terminate();

    const asked = await fetch(`${server.origin}/rtc/validate?access_token=${good}`, {
      headers: { authorization: `Bearer ${old.slice(0, -3)}` },
    });
    expect(asked.status).toBe(200);
    await server.manage("/room/endRoom", { room_id: roomId });
  });

  it("lets nobody be there twice, under a name that is on no list", async () => {
    const roomId = await server.createRoom();
    const { answer } = await joinAs(server, { token: await server.joinToken(roomId) });
    const { token } = answer.media!;
    const url = `${server.origin.replace("http", "ws")}/rtc?access_token=${token}&protocol=16&sdk=js&publish=shadow`;
    const socket = new WebSocket(url);
    socket.on("error", () => undefined);
    await eventually(async () => (await identitiesIn(answer.sessionId)).length > 0);
    expect(await identitiesIn(answer.sessionId)).toEqual([identityOf(token)]);
    socket.terminate();
    await server.manage("/room/endRoom", { room_id: roomId });
  });

  it("asks nobody but livekit-server, whatever the request says", async () => {
    const asked: string[] = [];
    const elsewhere = createServer((request, response) => {
      asked.push(request.url ?? "");
      response.end("secret");
    }).listen(0, "127.0.0.1");
    await once(elsewhere, "listening");
    const roomId = await server.createRoom();
    const { answer } = await joinAs(server, { token: await server.joinToken(roomId) });
    const target = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/rtc/validate?access_token=${answer.media!.token}`;
    const { port } = new URL(server.origin);
    const socket = connect(Number(port), "127.0.0.1");
    socket.write(`GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    const said = await text(socket);
    expect(said).not.toContain("secret");
    expect(asked).toEqual([]);
    elsewhere.close();
    await server.manage("/room/endRoom", { room_id: roomId });
  });

  it("refuses join tokens, forged tokens and nonsense", async () => {
    const roomId = await server.createRoom();
    const { answer } = await joinAs(server, { token: await server.joinToken(roomId) });
    const [header = "", claims = ""] = answer.media!.token.split(".");
    for (const token of ["", "x", await server.joinToken(roomId), `${header}.${claims}.${"A".repeat(43)}`]) {
      expect(await open(token)).toBe(401);
    }
    await server.manage("/room/endRoom", { room_id: roomId });
  });

  it("and messages are the only upgrades there are", async () => {
    for (const path of ["/", "/rtcx", "/api/join", "/nats/x", "/twirp/livekit.RoomService/ListRooms"]) {
      const socket = new WebSocket(server.origin.replace("http", "ws") + path);
      const status = await new Promise((resolve) => {
        socket.once("unexpected-response", (_request, response) => resolve(response.statusCode));
        socket.once("open", () => resolve("open"));
      });
      expect(status, path).toBe(404);
    }
    expect((await fetch(`${server.origin}/twirp/livekit.RoomService/ListRooms`, { method: "POST" })).status).toBe(404);
  });
});
