import { request as httpRequest } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PlugNmeet } from "plugnmeet-sdk-js";
import { joinAs, tryJoin } from "../../testing/joinAs.ts";
import { open, restart } from "../../testing/passphraseRooms.ts";
import { connectAs } from "../../testing/connectAs.ts";
import { eventually } from "../../testing/eventually.ts";
import { pauseEngine } from "../../testing/pauseEngine.ts";
import { sign, startTestServer, type TestServer } from "../../testing/startTestServer.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server[Symbol.asyncDispose]());

const metadata = { room_title: "A title", room_features: {} };

describe("the unmodified plugnmeet-sdk-js 1.4.1", () => {
  it("goes through the six room methods", async () => {
    const sdk = new PlugNmeet(server.origin, server.secrets.api.key, server.secrets.api.secret);
    const room_id = "sdk-room";
    expect((await sdk.getActiveRoomsInfo()).status).toBe(false);
    expect(await sdk.isRoomActive({ room_id })).toMatchObject({ status: true, is_active: false });
    expect((await sdk.getJoinToken({ room_id, user_info: person("u1") })).status).toBe(false);

    const created = await sdk.createRoom({ room_id, metadata: sdkMetadata });
    expect(created).toMatchObject({
      status: true,
      room_info: { room_id, room_title: "SDK", joined_participants: "0", is_running: 1, is_recording: 0 },
    });
    expect(created.room_info?.sid).toMatch(/^[A-Za-z0-9_-]{22}$/);
    expect(String(created.room_info?.creation_time)).toMatch(/^\d{10}$/);
    const { room_features, welcome_message } = JSON.parse(created.room_info?.metadata ?? "") as {
      room_features: Record<string, Record<string, unknown>>;
      welcome_message: string;
    };
    expect(welcome_message).toBe("Hello");
    expect(room_features["chat_features"]).toMatchObject({ is_allow: true, is_allow_file_upload: false });
    expect(room_features["whiteboard_features"]).toMatchObject({ is_allow: false });

    const { token } = await sdk.getJoinToken({ room_id, user_info: person("u1") });
    const claims = JSON.parse(Buffer.from(token!.split(".")[1]!, "base64url").toString()) as Record<string, unknown>;
    expect(claims).toMatchObject({ iss: server.secrets.api.key, sub: "u1", user_id: "u1", name: "Ada", room_id });
    expect(Number(claims["exp"]) - Number(claims["nbf"])).toBe(600);

    await joinAs(server, { token: token! });
    expect(await sdk.isRoomActive({ room_id })).toMatchObject({ status: true, is_active: true });
    const info = await sdk.getActiveRoomInfo({ room_id });
    expect(info.room?.room_info).toMatchObject({ room_id, joined_participants: "1" });
    expect(info.room?.participants_info).toMatchObject([{ identity: "u1", name: "Ada" }]);
    expect((await sdk.getActiveRoomsInfo()).rooms).toHaveLength(1);
    expect((await sdk.endRoom({ room_id })).status).toBe(true);
    expect((await sdk.endRoom({ room_id })).status).toBe(false);
    expect(await sdk.isRoomActive({ room_id })).toMatchObject({ status: true, is_active: false });
  });
});

describe("the unmodified plugnmeet-sdk-js 1.4.1 with a room whose passphrase people agree on", () => {
  it("creates it, without what the server would have to decrypt for, and lets the host open it", async () => {
    const sdk = new PlugNmeet(server.origin, server.secrets.api.key, server.secrets.api.secret);
    const room_id = "sdk-passphrase-room";
    const end_to_end_encryption_features = { is_enabled: true, enabled_self_insert_encryption_key: true };
    const room_features = { ...sdkMetadata.room_features, end_to_end_encryption_features };
    const created = await sdk.createRoom({ room_id, metadata: { ...sdkMetadata, room_features } });
    expect(created).toMatchObject({ status: true, room_info: { room_id } });
    expect(JSON.parse(created.room_info?.metadata ?? "")).toMatchObject({
      room_features: {
        end_to_end_encryption_features,
        recording_features: { is_allow_cloud: false, is_allow_local: true },
      },
    });

    const host = await sdk.getJoinToken({ room_id, user_info: person("u1") });
    const other = await sdk.getJoinToken({ room_id, user_info: { ...person("u2"), is_admin: false } });
    expect(await tryJoin(server, { token: other.token! })).toMatchObject({ error: { code: "not_opened" } });
    const opener = await joinAs(server, { token: host.token! });
    const opening = await open(server, opener);
    expect((await joinAs(server, { token: other.token! })).answer.e2ee).toMatchObject({ model: "passphrase", opening });
    const info = await sdk.getActiveRoomInfo({ room_id });
    expect(info.room?.room_info).toMatchObject({ sid: opener.answer.sessionId, joined_participants: "2" });
    for (const secret of [opening.check, opening.openerSalt]) {
      expect(JSON.stringify([created, info, await sdk.getActiveRoomsInfo()])).not.toContain(secret);
      expect(server.logs()).not.toContain(secret);
    }

    expect(await restart(server, opener)).toBe("200");
    const again = await sdk.getActiveRoomInfo({ room_id });
    expect(again.room?.room_info?.sid).not.toBe(opener.answer.sessionId);
    expect((await sdk.isRoomActive({ room_id })).is_active).toBe(true);
    expect((await sdk.endRoom({ room_id })).status).toBe(true);
  });
});

describe("answers", () => {
  it("keep the shape that SDK 2.x insists on: no other fields, 64-bit integers as strings", async () => {
    const room_id = await server.createRoom();
    await joinAs(server, { token: await server.joinToken(room_id) });
    const answer = await server.manage("/room/getActiveRoomInfo", { roomId: room_id });
    expect(Object.keys(answer)).toEqual(["status", "msg", "status_code", "room"]);
    const { room_info, participants_info } = answer["room"] as {
      room_info: object;
      participants_info: Record<string, unknown>[];
    };
    expect(Object.entries(room_info).map(([key, value]) => `${key}:${typeof value}`)).toEqual([
      "room_title:string",
      "room_id:string",
      "sid:string",
      "joined_participants:string",
      "is_running:number",
      "is_recording:number",
      "is_active_rtmp:number",
      "webhook_url:string",
      "is_breakout_room:number",
      "parent_room_id:string",
      "creation_time:string",
      "metadata:string",
    ]);
    expect(participants_info[0]).toMatchObject({ version: 0, tracks: [] });
    expect(participants_info[0]?.["joined_at"]).toMatch(/^\d+$/);
    await server.manage("/room/endRoom", { room_id });
  });

  it("give an active room as it is and ignore new settings", async () => {
    const room_id = await server.createRoom();
    const again = await server.manage("/room/create", { room_id, metadata: { ...metadata, room_title: "Other" } });
    expect(again).toMatchObject({ status: true, room_info: { room_title: "A title" } });
    await server.manage("/room/endRoom", { room_id });
  });

  it("free a room's id once its session has ended, for a session with another id", async () => {
    const room_id = await server.createRoom();
    const sid = async () =>
      ((await server.manage("/room/create", { room_id, metadata }))["room_info"] as { sid: string }).sid;
    const first = await sid();
    await joinAs(server, { token: await server.joinToken(room_id) });
    const ending = server.manage("/room/endRoom", { room_id });
    const isActive = async () => (await server.manage("/room/isRoomActive", { room_id }))["is_active"];
    await eventually(async () => (await isActive()) === false);
    const second = sid();
    expect((await ending).status).toBe(true);
    expect(await second).not.toBe(first);
    await server.manage("/room/endRoom", { room_id });
  });

  it("count people, and only those who are there", async () => {
    const room_id = await server.createRoom();
    const { answer } = await joinAs(server, { token: await server.joinToken(room_id) });
    const participant = await connectAs(answer);
    const count = async () => {
      const { room } = (await server.manage("/room/getActiveRoomInfo", { room_id })) as unknown as {
        room: { room_info: { joined_participants: string }; participants_info: { state: string }[] };
      };
      return [room.room_info.joined_participants, room.participants_info.map(({ state }) => state)];
    };
    expect(await count()).toEqual(["1", ["ACTIVE"]]);
    await participant.call("leave");
    expect(await count()).toEqual(["0", []]);
    await server.manage("/room/endRoom", { room_id });
  });

  it("come without tracks where the SFU does not say in time who publishes what", async () => {
    const room_id = await server.createRoom();
    await joinAs(server, { token: await server.joinToken(room_id) });
    {
      using _hanging = pauseEngine(server, "livekit");
      expect(await server.manage("/room/getActiveRoomInfo", { room_id })).toMatchObject({
        room: { participants_info: [{ identity: "ada", tracks: [], is_publisher: false }] },
      });
      // One that is there already is answered without asking the SFU.
      expect(await server.manage("/room/create", { room_id, metadata })).toMatchObject({
        room_info: { joined_participants: "1" },
      });
    }
    expect(server.logs()).toContain("the SFU did not say in time who publishes what");
    await server.manage("/room/endRoom", { room_id });
  });

  it("make a user id where the room asks for it, and keep the given one", async () => {
    const room_id = await server.createRoom({ auto_gen_user_id: true });
    const token = await server.joinToken(room_id, { user_id: "mine" });
    const claims = JSON.parse(Buffer.from(token.split(".")[1]!, "base64url").toString()) as Record<string, unknown>;
    expect(claims["user_id"]).toMatch(/^[0-9a-f-]{36}$/);
    expect(claims).toMatchObject({ sub: claims["user_id"], user_metadata: { ex_user_id: "mine" } });
    await server.manage("/room/endRoom", { room_id });
  });
});

describe("authentication", () => {
  const body = JSON.stringify({ room_id: "auth", metadata });
  const refused = async (response: Promise<Response>) => {
    const { status, ...rest } = await response;
    void rest;
    return [status, ((await (await response).json()) as { status_code: string }).status_code];
  };

  it.each([
    ["no key", { "API-KEY": "" }, "INVALID_API_KEY"],
    ["another key", { "API-KEY": "somebody" }, "INVALID_API_KEY"],
    ["no signature", { "HASH-SIGNATURE": "" }, "INVALID_TOKEN_OR_SIGNATURE"],
    ["a wrong signature", { "HASH-SIGNATURE": "0".repeat(64) }, "INVALID_TOKEN_OR_SIGNATURE"],
  ])("refuses %s", async (_case, headers, code) => {
    expect(await refused(server.manageRaw("/room/create", body, headers))).toEqual([401, code]);
  });

  it("refuses the signature of another body, and in upper case", async () => {
    const other = { "HASH-SIGNATURE": sign(server.secrets, `${body} `) };
    const upper = { "HASH-SIGNATURE": sign(server.secrets, body).toUpperCase() };
    for (const headers of [other, upper]) {
      expect(await refused(server.manageRaw("/room/create", body, headers))).toEqual([
        401,
        "INVALID_TOKEN_OR_SIGNATURE",
      ]);
    }
    expect(await server.manage("/room/isRoomActive", { room_id: "auth" })).toMatchObject({ is_active: false });
  });

  it("checks the signature before it looks at the body", async () => {
    expect((await refused(server.manageRaw("/room/create", "{", { "HASH-SIGNATURE": "0" })))[0]).toBe(401);
  });

  it("accepts a chunked body", async () => {
    const answer = await chunked(server, "/auth/room/isRoomActive", JSON.stringify({ room_id: "chunked-room" }));
    expect(answer).toMatchObject({ status: true, is_active: false });
  });
});

describe("bad input", () => {
  it.each([
    ["malformed JSON", "{"],
    ["no object", "[1]"],
    ["a null", "null"],
    ["nothing", ""],
    ["invalid UTF-8", Buffer.from([0x7b, 0xff, 0xfe, 0x7d])],
    ["no metadata", `{"room_id":"bad"}`],
    ["no title", `{"room_id":"bad","metadata":{"room_features":{}}}`],
    ["no features", `{"room_id":"bad","metadata":{"room_title":"x"}}`],
    ["a script as link", bad({ logout_url: "javascript:alert(1)" })],
    ["a file as webhook", bad({ webhook_url: "file:///etc/passwd" })],
    ["a flag that is a text", bad({ room_features: { allow_webcams: "no" } })],
    ["a lock that is a number", bad({ default_lock_settings: { lock_chat: 1 } })],
    ["nesting without end", `${"[".repeat(50_000)}${"]".repeat(50_000)}`],
  ])("answers %s with INVALID_PARAMETERS and creates nothing", async (_case, body) => {
    const response = await server.manageRaw("/room/create", body);
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ status: false, status_code: "INVALID_PARAMETERS" });
    expect(await server.manage("/room/isRoomActive", { room_id: "bad" })).toMatchObject({ is_active: false });
  });

  it.each(["*", ">", "a.b", "a b", "'; drop table", "../x", "😀", "x".repeat(129), "x".repeat(10_000), "", "a\u0000b"])(
    "refuses the room id %j",
    async (room_id) => {
      const answer = await server.manage("/room/create", { room_id, metadata });
      expect(answer).toMatchObject({ status: false, status_code: "INVALID_PARAMETERS" });
      for (const path of ["isRoomActive", "getActiveRoomInfo", "endRoom", "getJoinToken"]) {
        expect((await server.manage(`/room/${path}`, { room_id, user_info: person("u") })).status).toBe(false);
      }
    },
  );

  it("takes the room id __proto__ and constructor as what they are", async () => {
    for (const room_id of ["__proto__", "constructor"]) {
      expect(await server.manage("/room/create", { room_id, metadata })).toMatchObject({ status: true });
      expect(await server.manage("/room/endRoom", { room_id })).toMatchObject({ status: true });
    }
  });

  it("keeps hostile names as text and refuses what is no name", async () => {
    const room_id = await server.createRoom();
    for (const name of ["*", ">", "a.b.c", `"quoted" <b>`, "😀 and 文字", "x".repeat(100)]) {
      const { answer } = await joinAs(server, { token: await server.joinToken(room_id, { name }) });
      expect(answer.name).toBe(name);
    }
    for (const name of ["", "   ", "a\nb", "\u202eevil", "x".repeat(10_240)]) {
      const answer = await server.manage("/room/getJoinToken", { room_id, user_info: { ...person("u"), name } });
      expect(answer).toMatchObject({ status: false, status_code: "INVALID_PARAMETERS" });
    }
    await server.manage("/room/endRoom", { room_id });
  });

  it("refuses an oversized body", async () => {
    const response = await server.manageRaw("/room/create", bad({ welcome_message: "x".repeat(300_000) }));
    expect(response.status).toBe(413);
  });

  it("does not know other endpoints, and says so only to those who may ask", async () => {
    expect((await server.manageRaw("/room/none", "{}")).status).toBe(404);
  });
});

function bad(more: object): string {
  return JSON.stringify({ room_id: "bad", metadata: { ...metadata, ...more } });
}

function person(user_id: string) {
  return { name: "Ada", user_id, is_admin: true, is_hidden: false };
}

const sdkMetadata = {
  room_title: "SDK",
  welcome_message: "Hello",
  room_features: {
    allow_webcams: true,
    mute_on_start: false,
    allow_screen_share: true,
    allow_rtmp: true,
    admin_only_webcams: false,
    allow_view_other_webcams: true,
    allow_view_other_users_list: true,
    room_duration: 0,
    enable_analytics: false,
    allow_virtual_bg: true,
    allow_raise_hand: true,
    recording_features: {
      is_allow: true,
      is_allow_cloud: true,
      is_allow_local: true,
      enable_auto_cloud_recording: false,
    },
    chat_features: { allow_chat: true, allow_file_upload: false, allowed_file_types: [], max_file_size: 50 },
    whiteboard_features: { allowed_whiteboard: false },
    end_to_end_encryption_features: { is_enabled: true },
  },
};

/** As SDK 1.4.1 sends it: no content-length. */
function chunked({ origin, secrets }: TestServer, path: string, body: string): Promise<unknown> {
  const headers = { "API-KEY": secrets.api.key, "HASH-SIGNATURE": sign(secrets, body) };
  return new Promise((resolve, reject) => {
    const request = httpRequest(`${origin}${path}`, { method: "POST", headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => resolve(JSON.parse(Buffer.concat(chunks).toString())));
    });
    request.on("error", reject);
    for (const character of body) request.write(character);
    request.end();
  });
}
