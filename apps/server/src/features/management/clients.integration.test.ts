import { createHmac, randomUUID } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { JoiningService } from "@sotto/protocol";
import { PlugNmeet } from "plugnmeet-sdk-js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { apiClientsOf, type ApiClient } from "../../clients/ApiClient.ts";
import { clientsCommand } from "../../clients/clientsCommand.ts";
import { SecretsFile } from "../../config/SecretsFile.ts";
import { signHs256 } from "../../platform/jwt/hs256.ts";
import { admitWorker, demand } from "../../testing/admitWorker.ts";
import { connectAs } from "../../testing/connectAs.ts";
import { connectWorker, type TestWorker } from "../../testing/connectWorker.ts";
import { connectPerson } from "../../testing/enter.ts";
import { eventually } from "../../testing/eventually.ts";
import { joinAs, tryJoin } from "../../testing/joinAs.ts";
import { startTestServer, type ManagementAnswer, type TestServer } from "../../testing/startTestServer.ts";

/** How long a node may take to notice a changed secrets file, with room for a slow machine. */
const noticeMs = 20_000;
const metadata = { room_title: "A title", room_features: {} };
const notFound = { status: false, status_code: "NOT_FOUND" };
const roomNotFound = { status: false, status_code: "ROOM_NOT_FOUND" };

let server: TestServer;
let file: SecretsFile;
let school: ApiClient;
let clinic: ApiClient;

beforeAll(async () => {
  server = await startTestServer();
  file = new SecretsFile(server.dataDir);
  command("add school");
  [, school, clinic] = apiClientsOf(command("add clinic")) as [ApiClient, ApiClient, ApiClient];
  await eventually(async () => (await post(clinic)).status === 200, noticeMs);
});
afterAll(() => server[Symbol.asyncDispose]());

/** One call of `npm run clients` while the server runs. */
function command(call: string) {
  const secrets = file.load();
  file.replace({ ...secrets, ...clientsCommand(call.split(" "), secrets).changed });
  return file.load();
}

const post = (client: ApiClient, path = "/room/isRoomActive", request: object = { room_id: "lesson" }) => {
  const body = JSON.stringify(request);
  const signature = createHmac("sha256", client.secrets[0]).update(body).digest("hex");
  return server.manageRaw(path, body, { "API-KEY": client.key, "HASH-SIGNATURE": signature });
};
const manage = async (client: ApiClient, path: string, request?: object) =>
  (await (await post(client, path, request)).json()) as ManagementAnswer;
const open = (client: ApiClient, room_id = "lesson") => manage(client, "/room/create", { room_id, metadata });
const tokenOf = async (client: ApiClient, room_id = "lesson") => {
  const user_info = { name: "Ada", user_id: "ada", is_admin: true, is_hidden: false };
  return (await manage(client, "/room/getJoinToken", { room_id, user_info }))["token"] as string;
};
const sidOf = ({ room_info }: ManagementAnswer) => (room_info as { sid: string }).sid;
const home = () => server.context.clients.home;

/** A meeting of that client's in a room that many have by this name: recorded, transcribed and counted, and over. */
async function recordedMeeting(client: ApiClient, worker: TestWorker): Promise<string> {
  const insights_features = { is_allow: true, transcription_features: { is_allow: true, is_keep_transcript: true } };
  const recording_features = { is_allow: true, is_allow_cloud: true };
  const room_features = { enable_analytics: true, recording_features, insights_features };
  await manage(client, "/room/create", { room_id: "recorded", metadata: { ...metadata, room_features } });
  const token = await tokenOf(client, "recorded");
  const { answer, cookie } = await joinAs(server, { token, analytics: true });
  const ada = await connectPerson(answer, cookie);
  const { sid, pid } = ada;
  const letIn = async (service: JoiningService) => {
    const { job, token: serviceToken } = await admitWorker(worker, ada, service);
    const inside = await joinAs(server, { token: serviceToken });
    expect([job.sessionId, inside.answer.sessionId, inside.answer.room.roomId]).toEqual([sid, sid, "recorded"]);
    return { job, inside: await connectPerson(inside.answer, inside.cookie) };
  };

  const recording = await letIn("recording");
  const recordingId = randomUUID();
  const fileName = `${recordingId}.mp4`;
  await writeFile(join(server.dataDir, "recordings", fileName), `of ${sid}`);
  const { sessionId, roomId, jobId, lease } = recording.job;
  const stored = { recordingId, fileName, sizeBytes: 1, durationMs: 1, sessionId, roomId, startedAt: Date.now() };
  await worker.ask("stored", stored);
  await worker.ask("report", { jobId, lease, state: "finished" });

  const transcription = await letIn("transcription");
  const line = { participantId: pid, text: "go forward", startMs: 0, endMs: 1 };
  await demand(transcription.inside, "transcript", { lines: [line] });
  await manage(client, "/room/endRoom", { room_id: "recorded" });
  return sid;
}

describe("API clients", () => {
  it("have room ids of their own, and see and touch no room of another", async () => {
    const created = [await open(school), await open(clinic), await open(home())];
    expect(created.map(({ msg }) => msg)).toEqual(["success", "success", "success"]);
    expect(new Set(created.map(sidOf)).size).toBe(3);
    expect(created.map(({ room_info }) => (room_info as { room_id: string }).room_id)).toEqual(Array(3).fill("lesson"));
    await open(school, "school-only");

    const rooms = async (client: ApiClient) => {
      const answer = await manage(client, "/room/getActiveRoomsInfo", {});
      return (answer["rooms"] as { room_info: { sid: string; room_id: string } }[]).map(({ room_info }) => room_info);
    };
    expect((await rooms(clinic)).map(({ sid }) => sid)).toEqual([sidOf(created[1]!)]);
    expect((await rooms(home())).map(({ sid }) => sid)).toEqual([sidOf(created[2]!)]);
    expect((await rooms(school)).map(({ room_id }) => room_id).toSorted()).toEqual(["lesson", "school-only"]);

    // Of another one's room and of none the answer is the same.
    const user_info = { name: "Eve", user_id: "eve", is_admin: true, is_hidden: false };
    for (const client of [clinic, home()]) {
      for (const path of ["getActiveRoomInfo", "endRoom", "getJoinToken"]) {
        const [theirs, nobodys] = await Promise.all(
          ["school-only", "nobodys"].map((room_id) => manage(client, `/room/${path}`, { room_id, user_info })),
        );
        expect(theirs).toMatchObject(roomNotFound);
        expect(theirs).toEqual(nobodys);
      }
      expect(await manage(client, "/room/isRoomActive", { room_id: "school-only" })).toMatchObject({
        is_active: false,
      });
    }
    // Nor by the name under which it is kept.
    for (const room_id of [`${school.id}=school-only`, `${school.id}.school-only`]) {
      expect(await manage(home(), "/room/endRoom", { room_id })).toMatchObject({ status_code: "INVALID_PARAMETERS" });
    }
    await manage(clinic, "/room/endRoom", { room_id: "lesson" });
    expect(await manage(school, "/room/isRoomActive", { room_id: "lesson" })).toMatchObject({ is_active: true });
    await manage(school, "/room/endRoom", { room_id: "school-only" });
  });

  it("hold meetings that know nothing of other clients", async () => {
    const { answer } = await joinAs(server, { token: await tokenOf(school) });
    expect(answer.room.roomId).toBe("lesson");
    const participant = await connectAs(answer);
    expect(JSON.stringify([answer, await participant.call("snapshot")])).not.toContain(school.id);
    expect(await manage(school, "/room/getActiveRoomInfo", { room_id: "lesson" })).toMatchObject({
      room: { room_info: { sid: answer.sessionId, joined_participants: "1" } },
    });
    expect(await manage(home(), "/room/getActiveRoomInfo", { room_id: "lesson" })).toMatchObject({
      room: { room_info: { joined_participants: "0" } },
    });
    await manage(school, "/room/endRoom", { room_id: "lesson" });
    await manage(home(), "/room/endRoom", { room_id: "lesson" });
  });

  it("make tokens for their own rooms only, with their own key and secret", async () => {
    await open(home(), "private");
    const now = Math.floor(Date.now() / 1000);
    const forged = (iss: string, secret: string, room_id = "private") =>
      signHs256(
        { iss, sub: "eve", name: "Eve", is_admin: true, room_id, nbf: now, exp: now + 600, jti: randomUUID() },
        secret,
      );
    const outcome = async (token: string) => {
      const joined = await tryJoin(server, { token });
      const lobby = await fetch(`${server.origin}/api/lobby`, { headers: { authorization: `Bearer ${token}` } });
      return joined.ok ? "in" : `${lobby.status} ${joined.error.code}`;
    };
    expect(await outcome(forged(school.key, school.secrets[0]))).toBe("404 room_not_found");
    expect(await outcome(forged(home().key, school.secrets[0]))).toBe("401 token_invalid");
    expect(await outcome(forged(school.key, home().secrets[0]))).toBe("401 token_invalid");
    expect(await outcome(forged("nobody", school.secrets[0]))).toBe("401 token_invalid");
    expect(await outcome(forged(school.key, school.secrets[0], "main=private"))).toBe("401 token_invalid");
    expect(await outcome(forged(home().key, home().secrets[0], `${school.id}=lesson`))).toBe("401 token_invalid");
    // One client cannot use up another one's token by making one with the same id.
    const token = await tokenOf(home(), "private");
    const { jti } = JSON.parse(Buffer.from(token.split(".")[1]!, "base64url").toString()) as { jti: string };
    await open(school, "private");
    const claims = { iss: school.key, sub: "eve", name: "Eve", room_id: "private", nbf: now, exp: now + 600, jti };
    expect((await tryJoin(server, { token: signHs256(claims, school.secrets[0]) })).ok).toBe(true);
    expect((await tryJoin(server, { token })).ok).toBe(true);
    await manage(school, "/room/endRoom", { room_id: "private" });
    await manage(home(), "/room/endRoom", { room_id: "private" });
  });

  it("see their own past rooms and artifacts only", async () => {
    const hold = async (client: ApiClient) => {
      await open(client, "past");
      const { answer } = await joinAs(server, { token: await tokenOf(client, "past") });
      await manage(client, "/room/endRoom", { room_id: "past" });
      return answer.sessionId;
    };
    const [ours, theirs] = [await hold(school), await hold(home())];
    const sids = async (client: ApiClient, path: string, list: string, request: object) => {
      const { result } = (await manage(client, path, request)) as unknown as {
        result?: Record<string, { room_sid?: string; room_id: string; artifact_id: string }[]>;
      };
      return result?.[list] ?? [];
    };
    const past = (client: ApiClient) => sids(client, "/room/fetchPastRooms", "rooms_list", { room_ids: ["past"] });
    expect(await past(school)).toMatchObject([{ room_id: "past", room_sid: ours }]);
    expect(await past(home())).toMatchObject([{ room_id: "past", room_sid: theirs }]);
    expect(await past(clinic)).toEqual([]);

    const artifacts = (client: ApiClient, request: object) =>
      sids(client, "/artifact/fetch", "artifacts_list", request);
    const [artifact, ...others] = await artifacts(school, { room_ids: ["past"] });
    expect(others).toEqual([]);
    expect(await artifacts(clinic, {})).toEqual([]);
    expect(await artifacts(home(), { room_sid: ours })).toEqual([]);
    const { artifact_id } = artifact!;
    for (const client of [clinic, home()]) {
      for (const path of ["info", "getDownloadToken", "delete"]) {
        expect(await manage(client, `/artifact/${path}`, { artifact_id })).toMatchObject(notFound);
      }
    }
    const { token } = await manage(school, "/artifact/getDownloadToken", { artifact_id });
    const document = await (await fetch(`${server.origin}/download/artifact/${String(token)}`)).text();
    expect(JSON.parse(document)).toMatchObject({ receipt: { meeting: { roomId: "past", sessionId: ours } } });
    expect(document).not.toContain(school.id);
    expect(await manage(school, "/artifact/delete", { artifact_id })).toMatchObject({ status: true });
  });

  it("have recordings, transcripts and statistics of their own, which no other client sees, fetches or deletes", async () => {
    await using worker = await connectWorker(server);
    const sid = await recordedMeeting(school, worker);
    // Whoever wants to record another's room by its name records their own.
    expect(await recordedMeeting(clinic, worker)).not.toBe(sid);

    const listed = async (client: ApiClient, kind: "recording" | "artifact" | "analytics", request: object = {}) => {
      const { result = {} } = (await manage(client, `/${kind}/fetch`, request)) as { result?: Record<string, unknown> };
      return (result[`${kind}${kind === "analytics" ? "" : "s"}_list`] ?? []) as Record<string, string>[];
    };
    const [{ record_id } = {}, ...more] = await listed(school, "recording", { room_ids: ["recorded"] });
    expect(more).toEqual([]);
    const [{ file_id } = {}] = await listed(school, "analytics");
    const artifacts = await listed(school, "artifact", { room_sid: sid });
    expect(artifacts).toHaveLength(3);

    const byId = [
      ...["info", "updateMetadata", "getDownloadToken", "delete"].map((call) => [
        `/recording/${call}`,
        { record_id, metadata: { title: "taken" } },
      ]),
      ...["getDownloadToken", "delete"].map((call) => [`/analytics/${call}`, { file_id }]),
      ...artifacts.flatMap(({ artifact_id }) =>
        ["info", "getDownloadToken", "delete"].map((call) => [`/artifact/${call}`, { artifact_id }]),
      ),
    ] as [string, object][];
    for (const client of [clinic, home()]) {
      for (const [path, request] of byId) expect(await manage(client, path, request)).toMatchObject(notFound);
      for (const kind of ["recording", "artifact", "analytics"] as const) {
        for (const request of [{}, { room_sid: sid }, { room_ids: ["recorded"] }]) {
          const found = JSON.stringify(await listed(client, kind, request));
          for (const id of [sid, record_id, file_id, ...artifacts.map(({ artifact_id }) => artifact_id)])
            expect(found).not.toContain(id);
        }
      }
      for (const parts of [{ by_session: { room_sid: sid } }, { by_ids: { record_ids: [record_id, record_id] } }])
        expect(await manage(client, "/recording/mergeRecordings", parts)).toMatchObject(notFound);
    }
    expect(await manage(home(), "/analytics/eraseUser", { user_id: "ada" })).toMatchObject({ files: "0" });
    // Nothing of it was touched, and its own client gets all of it.
    const texts = await Promise.all(
      ["recording", "analytics"].map(async (kind) => {
        const { token } = await manage(school, `/${kind}/getDownloadToken`, { record_id, file_id });
        return (await fetch(`${server.origin}/download/${kind}/${String(token)}`)).text();
      }),
    );
    expect(texts).toEqual([`of ${sid}`, expect.stringContaining('"user_id":"ada"') as string]);
    expect(await manage(school, "/recording/info", { record_id })).not.toHaveProperty("recording_info.metadata");
    expect(await manage(school, "/recording/delete", { record_id })).toMatchObject({ status: true });
    expect(await listed(clinic, "recording")).toHaveLength(1);
  });

  it("see and send again no webhook of another's meetings", async () => {
    for (const path of ["fetchUndelivered", "resend"]) {
      expect(await manage(clinic, `/webhook/${path}`, {})).toMatchObject({ status_code: "PERMISSION_DENIED" });
      expect(await manage(home(), `/webhook/${path}`, {})).toMatchObject(notFound);
    }
  });

  it("change secrets without a gap, and are gone when they are revoked, while the server runs", async () => {
    const [old] = clinic.secrets;
    const rotated = apiClientsOf(command("rotate clinic"))[2]!;
    expect(rotated.secrets).toEqual([expect.any(String), old]);
    await eventually(async () => (await post(rotated)).status === 200, noticeMs);
    await open(rotated, "rotated");
    const withOld: ApiClient = { ...clinic, secrets: [old] };
    expect((await post(withOld)).status).toBe(200);
    const { answer } = await joinAs(server, { token: await tokenOf(withOld, "rotated") });

    command("revoke clinic --previous");
    await eventually(async () => (await post(withOld)).status === 401, noticeMs);
    expect((await post(rotated)).status).toBe(200);

    const token = await tokenOf(rotated, "rotated");
    command("revoke clinic");
    await eventually(async () => (await post(rotated)).status === 401, noticeMs);
    expect(await (await post(rotated)).json()).toMatchObject({ status: false, status_code: "INVALID_API_KEY" });
    expect(await tryJoin(server, { token })).toMatchObject({ ok: false, error: { code: "token_invalid" } });
    // Who is in goes on.
    const participant = await connectAs(answer);
    expect(await participant.call("end-meeting")).toMatchObject({ ok: true });
    for (const { secrets } of [clinic, rotated]) expect(server.logs()).not.toContain(secrets[0]);
  });
});

describe("a client that asks too often", () => {
  it("is told to wait, in a way that the SDK understands, and costs no other client anything", async () => {
    await using slow = await startTestServer({ api: { requestsPerMinute: 3 } });
    const slowFile = new SecretsFile(slow.dataDir);
    const secrets = slowFile.load();
    slowFile.replace({ ...secrets, ...clientsCommand(["add", "other"], secrets).changed });
    const other = apiClientsOf(slowFile.load())[1]!;
    const body = `{"room_id":"a"}`;
    const ask = (client: ApiClient, secret = client.secrets[0]) =>
      slow.manageRaw("/room/isRoomActive", body, {
        "API-KEY": client.key,
        "HASH-SIGNATURE": createHmac("sha256", secret).update(body).digest("hex"),
      });
    await eventually(async () => (await ask(other)).status === 200, noticeMs);
    const { home: first } = slow.context.clients;
    // Who cannot sign spends nothing of it.
    for (let attempt = 0; attempt < 5; attempt++) expect((await ask(first, other.secrets[0])).status).toBe(401);
    for (let request = 0; request < 3; request++) expect((await ask(first)).status).toBe(200);
    const refused = await ask(first);
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, "20"]);
    expect(await refused.json()).toMatchObject({ status: false, status_code: "PERMISSION_DENIED" });
    const sdk = new PlugNmeet(slow.origin, first.key, first.secrets[0]);
    const told = await sdk.isRoomActive({ room_id: "a" });
    expect(told).toMatchObject({ status: false, msg: expect.stringContaining("too many requests") as string });
    expect((await ask(other)).status).toBe(200);
  });
});
