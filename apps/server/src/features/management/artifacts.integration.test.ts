import { randomUUID } from "node:crypto";
import type { ArtifactInfo, ErrorBody, PastRoomInfo } from "@sotto/protocol";
import { PlugNmeet } from "plugnmeet-sdk-js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkReceipt } from "../../../../../tools/checkReceipt.mjs";
import { signHs256 } from "../../platform/jwt/hs256.ts";
import { tokenKey } from "../../platform/jwt/tokenKey.ts";
import { connectAs } from "../../testing/connectAs.ts";
import { joinAs } from "../../testing/joinAs.ts";
import { startTestServer, type TestServer } from "../../testing/startTestServer.ts";
import { ArtifactTokens } from "./ArtifactTokens.ts";

const webhook_url = "https://hooks.invalid/hook";

let server: TestServer;
/** Session ids of three past meetings, the oldest first: two in the room `again`, one in the room `once`. */
let sids: string[];
/** What the two lists answered before these meetings. */
let atFirst: object[];
beforeAll(async () => {
  server = await startTestServer();
  atFirst = [await server.manage("/room/fetchPastRooms"), await server.manage("/artifact/fetch")];
  sids = [await hold("again"), await hold("once"), await hold("again")];
});
afterAll(() => server[Symbol.asyncDispose]());

const notFound = { status: false, status_code: "NOT_FOUND" };
const invalid = { status: false, status_code: "INVALID_PARAMETERS" };

async function hold(room_id: string): Promise<string> {
  const metadata = { room_title: "A title", webhook_url, room_features: {} };
  await server.manage("/room/create", { room_id, metadata });
  const { answer } = await joinAs(server, { token: await server.joinToken(room_id) });
  await connectAs(answer);
  await server.manage("/room/endRoom", { room_id });
  return answer.sessionId;
}

it("is NOT_FOUND while there is none", () => {
  expect(atFirst).toMatchObject([notFound, notFound]);
});

describe("past rooms", () => {
  const list = async (request: object) => {
    const { result } = (await server.manage("/room/fetchPastRooms", request)) as unknown as {
      result: Record<string, unknown> & { rooms_list: PastRoomInfo[] };
    };
    const { rooms_list, ...page } = result;
    return { page, sids: rooms_list.map(({ room_sid }) => room_sid) };
  };

  it("are what the unmodified SDK 1.4.1 asks for", async () => {
    const sdk = new PlugNmeet(server.origin, server.secrets.api.key, server.secrets.api.secret);
    const answer = await sdk.fetchPastRoomsInfo({ room_ids: ["again"], order_by: "ASC" });
    expect(answer).toMatchObject({ status: true, result: { total_rooms: "2", from: 0, limit: 20, order_by: "ASC" } });
    expect(answer.result?.rooms_list.map(({ room_sid }) => room_sid)).toEqual([sids[0], sids[2]]);
    expect((await sdk.fetchPastRoomsInfo({ room_ids: ["never"] })).status).toBe(false);
  });

  it("keep the shape that SDK 2.x insists on", async () => {
    const answer = await server.manage("/room/fetchPastRooms", { roomIds: ["once"] });
    expect(answer).toEqual({
      status: true,
      msg: "success",
      status_code: "SUCCESS",
      result: {
        total_rooms: "1",
        from: 0,
        limit: 20,
        order_by: "DESC",
        rooms_list: [
          {
            room_title: "A title",
            room_id: "once",
            room_sid: sids[1],
            joined_participants: "1",
            webhook_url,
            created: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/) as string,
            ended: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/) as string,
          },
        ],
      },
    });
  });

  it("come page by page, in either order, of every room where none is named", async () => {
    expect(await list({})).toEqual({
      page: { total_rooms: "3", from: 0, limit: 20, order_by: "DESC" },
      sids: sids.toReversed(),
    });
    expect(await list({ order_by: "ASC", from: 1, limit: 1 })).toEqual({
      page: { total_rooms: "3", from: 1, limit: 1, order_by: "ASC" },
      sids: [sids[1]],
    });
    // As protobuf's JSON may say it.
    expect((await list({ roomIds: [], from: "2", limit: "5000", orderBy: "" })).page).toMatchObject({ limit: 100 });
    expect(await server.manage("/room/fetchPastRooms", { from: 3 })).toMatchObject(notFound);
  });

  it.each([
    { order_by: "sideways" },
    { from: -1 },
    { limit: 1.5 },
    { room_ids: "again" },
    { room_ids: ["'; drop table past_sessions; --"] },
  ])("refuse %o", async (request) => {
    expect(await server.manage("/room/fetchPastRooms", request)).toMatchObject(invalid);
  });
});

describe("artifacts", () => {
  const list = async (request: object): Promise<ArtifactInfo[]> => {
    const { result } = (await server.manage("/artifact/fetch", request)) as unknown as {
      result?: { artifacts_list: ArtifactInfo[] };
    };
    return result?.artifacts_list ?? [];
  };
  const download = async (token: string) => fetch(`${server.origin}/download/artifact/${token}`);
  const refusal = async (token: string) => {
    const response = await download(token);
    const { error } = (await response.json()) as ErrorBody;
    return `${response.status} ${error.code}`;
  };
  const tokenOf = async (artifact_id: string): Promise<string> => {
    const answer = await server.manage("/artifact/getDownloadToken", { artifact_id });
    if (typeof answer["token"] !== "string") throw new Error(answer.msg);
    return answer["token"];
  };

  it("are listed in the shape that SDK 2.x insists on, with a type that it knows", async () => {
    const answer = await server.manage("/artifact/fetch", { roomIds: ["again"], type: "UNKNOWN_ARTIFACT" });
    const artifact = {
      artifact_id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      room_id: "again",
      type: "UNKNOWN_ARTIFACT",
      created: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string,
    };
    const metadata = (sid = "") => ({
      file_info: {
        file_path: `sotto-receipt-${sid}.json`,
        file_size: expect.stringMatching(/^\d{4}$/) as string,
        mime_type: "application/vnd.sotto.data-receipt+json",
      },
    });
    expect(answer).toEqual({
      status: true,
      msg: "success",
      status_code: "SUCCESS",
      result: {
        total_artifacts: "2",
        from: "0",
        limit: "20",
        order_by: "DESC",
        type: "UNKNOWN_ARTIFACT",
        artifacts_list: [
          { ...artifact, metadata: metadata(sids[2]) },
          { ...artifact, metadata: metadata(sids[0]) },
        ],
      },
    });
  });

  it("are found by room, session, type and page", async () => {
    const found = async (request: object) =>
      (await list(request)).map(({ metadata }) => metadata.file_info.file_path.slice(14, -5));
    expect(await found({})).toEqual(sids.toReversed());
    expect(await found({ roomSid: sids[0], room_ids: ["once"] })).toEqual([sids[0]]);
    expect(await found({ order_by: "ASC", from: 1, limit: 1 })).toEqual([sids[1]]);
    expect(await found({ type: 0, limit: "1" })).toEqual([sids[2]]);
    for (const type of ["MEETING_SUMMARY", 3, "'; drop table artifacts; --"]) {
      expect(await server.manage("/artifact/fetch", { type })).toMatchObject(notFound);
    }
    expect(await server.manage("/artifact/fetch", { room_ids: ["never"] })).toMatchObject(notFound);
    expect(await server.manage("/artifact/fetch", { room_sid: "../../etc" })).toMatchObject(invalid);
  });

  it("tell of themselves and of their session", async () => {
    const [artifact] = await list({ room_ids: ["once"] });
    expect(await server.manage("/artifact/info", { artifactId: artifact!.artifact_id })).toEqual({
      status: true,
      msg: "success",
      status_code: "SUCCESS",
      artifact_info: artifact,
      room_info: expect.objectContaining({ room_id: "once", room_sid: sids[1], joined_participants: "1" }) as object,
    });
  });

  it("are downloaded by whoever has a token, as a file that can be checked", async () => {
    const [artifact] = await list({ room_ids: ["once"] });
    const response = await download(await tokenOf(artifact!.artifact_id));
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "cache-control": "no-store",
      "content-type": "application/json; charset=utf-8",
      "content-disposition": `attachment; filename="sotto-receipt-${sids[1]}.json"`,
      "content-security-policy": "default-src 'none'; sandbox",
      "x-content-type-options": "nosniff",
    });
    const document = await response.text();
    expect(String(Buffer.byteLength(document))).toBe(artifact!.metadata.file_info.file_size);
    expect(checkReceipt(document)).toMatchObject({ problem: null, receipt: { meeting: { sessionId: sids[1] } } });
  });

  it("are refused without a token of this installation that is good now", async () => {
    const [artifact] = await list({ room_ids: ["once"] });
    const id = artifact!.artifact_id;
    const { api, tokens } = server.secrets;
    const now = Math.floor(Date.now() / 1000);
    const times = { nbf: now, exp: now + 60 };
    const foreign = new ArtifactTokens({ secret: "another installation's secret, long enough" });
    const token = await tokenOf(id);
    for (const other of [
      foreign.issue(id),
      signHs256({ id, ...times }, api.secret),
      signHs256({ id, ...times }, tokenKey(tokens.secret, "receipt")),
      // What an integrator can make.
      signHs256({ id, ...times }, tokenKey(api.secret, "artifact")),
      server.context.receipts.tokens.issue({ roomId: "once", sessionId: sids[1]! }).slice(0, 190),
      `${token.slice(0, -1)}${token.endsWith("A") ? "B" : "A"}`,
      id,
      "..%2f..%2fsecrets.json",
    ]) {
      expect(await refusal(other)).toBe("401 token_invalid");
    }
    const key = tokenKey(tokens.secret, "artifact");
    expect(await refusal(signHs256({ id, nbf: now - 400, exp: now - 60 }, key))).toBe("401 token_expired");
    expect(await refusal(signHs256({ id: randomUUID(), ...times }, key))).toBe("404 not_found");
    expect((await download("x".repeat(300))).status).toBe(414);
    const lifetime = JSON.parse(Buffer.from(token.split(".")[1]!, "base64url").toString()) as Record<string, number>;
    expect(lifetime["exp"]! - lifetime["nbf"]!).toBe(300);
    expect(server.logs()).not.toContain(token);
  });

  it("are deleted once, with what was to be downloaded", async () => {
    const sid = await hold("deleted");
    const [artifact] = await list({ room_sid: sid });
    const { artifact_id } = artifact!;
    const token = await tokenOf(artifact_id);
    expect(await server.manage("/artifact/delete", { artifact_id })).toEqual({
      status: true,
      msg: "success",
      status_code: "SUCCESS",
    });
    expect(await refusal(token)).toBe("404 not_found");
    for (const path of ["info", "delete", "getDownloadToken"]) {
      expect(await server.manage(`/artifact/${path}`, { artifact_id })).toMatchObject(notFound);
    }
    expect(await server.manage("/room/fetchPastRooms", { room_ids: ["deleted"] })).toMatchObject({ status: true });
  });

  it.each(["", "*", "../x", "'; drop table artifacts; --", "x".repeat(10_000), 7, null, ["a"], { a: 1 }])(
    "refuse the id %j",
    async (artifact_id) => {
      for (const path of ["info", "delete", "getDownloadToken"]) {
        expect(await server.manage(`/artifact/${path}`, { artifact_id })).toMatchObject(invalid);
      }
    },
  );

  it("are nobody's without a signature", async () => {
    for (const path of ["fetch", "info", "delete", "getDownloadToken"]) {
      const response = await server.manageRaw(`/artifact/${path}`, "{}", { "HASH-SIGNATURE": "0".repeat(64) });
      expect(response.status).toBe(401);
    }
  });
});
