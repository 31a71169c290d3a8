import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { participantKey } from "../../sessions/ParticipantRecord.ts";
import { connectAs } from "../../testing/connectAs.ts";
import { eventually } from "../../testing/eventually.ts";
import { joinAs, tryJoin } from "../../testing/joinAs.ts";
import type { Joined } from "../../testing/passphraseRooms.ts";
import { startTestServer, type TestServer } from "../../testing/startTestServer.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ sessions: { awaySeconds: 60, closedSeconds: 1 } });
});
afterAll(() => server[Symbol.asyncDispose]());

const join = async () => joinAs(server, { token: await server.joinToken(await server.createRoom()) });
const recordOf = async ({ answer: { sessionId, participantId } }: Joined) =>
  (await server.context.state.participants.get(participantKey(sessionId, participantId)))!.value;
const nonceOf = async (joined: Joined) => (await recordOf(joined)).seat!.senderNonce;

async function say({ answer, cookie }: Joined, body: object, headers = {}): Promise<string> {
  const response = await fetch(`${server.origin}/api/page-closed`, {
    method: "POST",
    headers: { "content-type": "application/json", cookie, ...headers },
    body: JSON.stringify({ participantId: answer.participantId, ...body }),
  });
  const answered = (await response.json()) as { error?: { code: string } };
  return response.ok ? "200" : `${response.status} ${answered.error?.code}`;
}

describe("a page that says that it is closed", () => {
  it("is given up soon; one whose connection is lost is waited for", async () => {
    const [closed, lost] = [await join(), await join()];
    for (const joined of [closed, lost]) (await connectAs(joined.answer)).client.socket.terminate();
    expect(await say(closed, { senderNonce: await nonceOf(closed), left: false })).toBe("200");
    await eventually(async () => (await recordOf(closed)).presence.state === "gone");
    expect((await recordOf(lost)).presence.state).toBe("away");
    const reloaded = await joinAs(server, { cookie: closed.cookie, participantId: closed.answer.participantId });
    await connectAs(reloaded.answer);
    expect((await recordOf(closed)).presence.state).toBe("online");
  });

  it("changes nothing where another page has taken over", async () => {
    const first = await join();
    await connectAs(first.answer);
    const senderNonce = await nonceOf(first);
    const second = await joinAs(server, { cookie: first.cookie, participantId: first.answer.participantId });
    await connectAs(second.answer);
    for (const left of [false, true]) {
      expect(await say(second, { senderNonce, left })).toBe("200");
      expect((await recordOf(first)).presence.state).toBe("online");
    }
  });

  it("may say that its person leaves for good", async () => {
    const joined = await join();
    await connectAs(joined.answer);
    expect(await say(joined, { senderNonce: await nonceOf(joined), left: true })).toBe("200");
    expect((await recordOf(joined)).presence.state).toBe("left");
    const { cookie, answer } = joined;
    const back = await tryJoin(server, { cookie, participantId: answer.participantId });
    expect(back).toMatchObject({ ok: false, error: { code: "resume_invalid" } });
  });

  it("is believed with its own cookie, from its own page, and in these words only", async () => {
    const [joined, other] = [await join(), await join()];
    await connectAs(joined.answer);
    const said = { senderNonce: await nonceOf(joined), left: true };
    expect(await say({ ...joined, cookie: other.cookie }, said)).toBe("401 resume_invalid");
    expect(await say({ ...joined, cookie: "" }, said)).toBe("401 resume_invalid");
    expect(await say(joined, said, { "sec-fetch-site": "cross-site" })).toBe("403 not_allowed");
    for (const body of [{ ...said, more: 1 }, { left: true }, { ...said, left: "yes" }]) {
      expect(await say(joined, body)).toBe("400 body_invalid");
    }
    expect((await recordOf(joined)).presence.state).toBe("online");
  });
});
