import { randomBytes } from "node:crypto";
import { subjects, type JoiningService, type RpcMethod, type TranscriptLine } from "@sotto/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connectPerson, enter, type Person } from "../../testing/enter.ts";
import { eventually } from "../../testing/eventually.ts";
import { joinAs } from "../../testing/joinAs.ts";
import { host } from "../../testing/passphraseRooms.ts";
import { startTestServer, type TestServer } from "../../testing/startTestServer.ts";
import { TestJobs } from "../../testing/TestJobs.ts";

const jobs = new TestJobs();
let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({}, { jobs });
}, 120_000);
afterAll(() => server?.[Symbol.asyncDispose]());

const insights = (keep: boolean) => ({
  is_allow: true,
  transcription_features: { is_allow: true, is_keep_transcript: keep },
});
const encrypted = { end_to_end_encryption_features: { is_enabled: true } };

async function demand(person: Person, method: RpcMethod, body: object): Promise<void> {
  const answer = await person.call(method, JSON.stringify(body));
  if (!answer.ok) throw new Error(answer.error.message);
}

/** Grace, who is a host and agreed, Ben, who did not, and what was let in to do a service. */
async function meeting(options: { keep?: boolean; e2ee?: boolean; service?: JoiningService } = {}) {
  const { keep = false, e2ee = true, service = "transcription" } = options;
  const roomId = await server.createRoom({ ...(e2ee && encrypted), insights_features: insights(keep) });
  const grace = await enter(server, roomId, { ...host, user_id: "grace", name: "Grace" });
  const ben = await enter(server, roomId, { name: "Ben", user_id: "ben" });
  await demand(grace, "service", { service, action: "start" });
  const snapshot = await grace.call("snapshot");
  const { room } = (snapshot.ok ? snapshot.result : {}) as { room: Record<JoiningService, { jobId: string }> };
  const { jobId } = room[service];
  for (const person of [grace, ben]) await demand(person, "guarded", { service, jobId });
  await demand(grace, "consent", { service, jobId, agreed: true });
  await demand(ben, "consent", { service, jobId, agreed: false });
  await eventually(() => jobs.started.some((job) => job.jobId === jobId));
  const { answer, cookie } = await joinAs(server, { token: await server.context.services.tokenFor(jobId) });
  const inside = await connectPerson(answer, cookie);
  jobs.report(jobId, "running");
  return { roomId, grace, ben, inside };
}

/** What has the form of a sealed message of captions. */
const sealed = () => Buffer.concat([Buffer.of(1), randomBytes(4 + 16 + 8 + 12 + 256 + 16)]);
const plain = (body: object) => Buffer.concat([Buffer.of(0), Buffer.from(JSON.stringify(body))]);
const heardBy = (person: Person) => person.events(subjects.state(person.sid, "captions"));

describe("captions", () => {
  it("reach everybody as the transcriber sealed them, and are kept nowhere", async () => {
    const { roomId, grace, ben, inside } = await meeting();
    const wire = sealed();
    expect(await inside.call("captions", wire)).toEqual({ ok: true, result: {} });
    const event = { participantId: inside.pid, wire: wire.toString("base64") };
    for (const person of [grace, ben]) await eventually(() => expect(heardBy(person)).toEqual([event]));
    expect(server.logs()).not.toContain(event.wire);
    expect(await server.context.transcripts.isKept(grace.sid)).toBe(false);
    const later = await enter(server, roomId, { name: "Eve", user_id: "eve" });
    expect(heardBy(later)).toEqual([]);
  });

  it("come from a transcriber and from nobody else", async () => {
    const { grace, ben } = await meeting();
    const { inside: recorder } = await meeting({ service: "recording" });
    for (const who of [grace, ben, recorder]) {
      for (const method of ["captions", "transcript"] as const) {
        expect(await who.mayPublish(subjects.rpc(who.sid, who.pid, method))).toBe(false);
      }
      expect(await who.mayPublish(subjects.state(who.sid, "captions"))).toBe(false);
    }
  });

  it("are ciphertext in a room that is encrypted, and captions in one that is not", async () => {
    const captions = [{ participantId: "p_aaaaaaaaaaaaaaaa", text: "go forward", isFinal: true, startMs: 5 }];
    const { inside } = await meeting();
    expect(await inside.call("captions", plain({ captions }))).toMatchObject({ error: { code: "body_invalid" } });
    expect(await inside.call("captions", sealed().subarray(1))).toMatchObject({ error: { code: "body_invalid" } });
    const open = await meeting({ e2ee: false });
    expect(await open.inside.call("captions", plain({ captions }))).toEqual({ ok: true, result: {} });
    expect(await open.inside.call("captions", sealed())).toMatchObject({ error: { code: "body_invalid" } });
    expect(await open.inside.call("captions", plain({ captions: [] }))).toMatchObject({
      error: { code: "body_invalid" },
    });
  });
});

describe("a transcript", () => {
  const line = (participantId: string, text: string, startMs: number): TranscriptLine => {
    return { participantId, text, startMs, endMs: startMs + 1_000 };
  };
  const keep = async (transcriber: Person, ...lines: TranscriptLine[]) => {
    const answer = await transcriber.call("transcript", JSON.stringify({ lines }));
    return answer.ok ? "ok" : answer.error.code;
  };
  const download = async (artifactId: unknown, format = "") => {
    const { token } = await server.manage("/artifact/getDownloadToken", { artifact_id: artifactId });
    return fetch(`${server.origin}/download/artifact/${String(token)}${format}`);
  };

  it("holds what was said by whoever agreed, and nothing of anybody else", async () => {
    const { roomId, grace, ben, inside } = await meeting({ keep: true });
    expect(await keep(inside, line(grace.pid, "go forward", 0), line(ben.pid, "not for the record", 1_000))).toBe("ok");
    expect(await keep(inside, line(grace.pid, "ten meters", 2_000), line("p_aaaaaaaaaaaaaaaa", "nobody", 1))).toBe(
      "ok",
    );
    const listed = await server.manage("/artifact/fetch", { room_ids: [roomId] });
    const { artifacts_list } = listed["result"] as { artifacts_list: { artifact_id: string; metadata: object }[] };
    expect(artifacts_list).toMatchObject([{ metadata: { file_info: { mime_type: "text/vtt" } } }]);
    const [{ artifact_id } = { artifact_id: "" }] = artifacts_list;
    const vtt = await download(artifact_id);
    expect(vtt.headers.get("content-type")).toBe("text/vtt; charset=utf-8");
    expect(await vtt.text()).toBe(
      "WEBVTT\n\n00:00:00.000 --> 00:00:01.000\n<v Grace>go forward\n\n00:00:02.000 --> 00:00:03.000\n<v Grace>ten meters\n\n",
    );
    const text = await download(artifact_id, "?format=text");
    expect(text.headers.get("content-disposition")).toMatch(/sotto-transcript-.*\.txt"$/);
    expect(await text.text()).toBe("Grace: go forward\nGrace: ten meters\n");
    expect(server.logs()).not.toContain("go forward");
  });

  it("does not exist where the room did not ask for one: the transcriber may not even try", async () => {
    const { inside } = await meeting();
    expect(await inside.mayPublish(subjects.rpc(inside.sid, inside.pid, "transcript"))).toBe(false);
  });

  it("is discarded by a host when the meeting is over, and by nobody else", async () => {
    const { grace, inside } = await meeting({ keep: true });
    expect(await keep(inside, line(grace.pid, "go forward", 0))).toBe("ok");
    const ended = await grace.call("end-meeting");
    const { receiptToken } = (ended.ok ? ended.result : {}) as { receiptToken: string };
    const ask = async (method: string, token: string) => {
      const response = await fetch(`${server.origin}/api/transcript`, {
        method,
        headers: { authorization: `Bearer ${token}` },
      });
      return [response.status, await response.json()];
    };
    const invitation = await server.joinToken(await server.createRoom(), host);
    expect(await ask("DELETE", invitation)).toMatchObject([401, { error: {} }]);
    expect(await ask("GET", receiptToken)).toEqual([200, { isKept: true }]);
    expect(await ask("DELETE", receiptToken)).toEqual([200, {}]);
    expect(await ask("GET", receiptToken)).toEqual([200, { isKept: false }]);
    expect(await server.context.transcripts.isKept(grace.sid)).toBe(false);
  });
});
