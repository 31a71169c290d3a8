import { subjects } from "@sotto/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { enter, type Person } from "../../testing/enter.ts";
import { eventually } from "../../testing/eventually.ts";
import { host } from "../../testing/passphraseRooms.ts";
import { startTestServer, type TestServer } from "../../testing/startTestServer.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ sessions: { awaySeconds: 1 } });
}, 120_000);
afterAll(() => server?.[Symbol.asyncDispose]());

const hand = async (person: Person, raised: boolean) => (await person.call("hand", JSON.stringify({ raised }))).ok;
/** Who has a hand up, in order, as a person sees it. */
async function handsSeenBy(person: Person): Promise<string[]> {
  const answer = await person.call("snapshot");
  const { participants } = (answer.ok ? answer.result : {}) as {
    participants: { name: string; hand: number | null }[];
  };
  const raised = participants.filter((each) => each.hand !== null);
  return raised.toSorted((one, other) => one.hand! - other.hand!).map(({ name }) => name);
}

async function meeting() {
  const roomId = await server.createRoom();
  const grace = await enter(server, roomId, { ...host, user_id: "grace" });
  const ada = await enter(server, roomId, { name: "Ada", user_id: "ada" });
  const ben = await enter(server, roomId, { name: "Ben", user_id: "ben" });
  return { roomId, grace, ada, ben };
}

describe("a hand", () => {
  it("goes up and down, is seen by everybody, and keeps its place in the order", async () => {
    const { grace, ada, ben } = await meeting();
    expect(await hand(ben, true)).toBe(true);
    expect(await hand(ada, true)).toBe(true);
    expect(await hand(ben, true)).toBe(true);
    expect(await handsSeenBy(grace)).toEqual(["Ben", "Ada"]);
    const event = await eventually(() =>
      ada
        .events(subjects.state(ada.sid, "participant"))
        .findLast(
          ({ participantId, entry }) => participantId === ben.pid && (entry as { hand: unknown }).hand !== null,
        ),
    );
    expect(event["entry"]).toMatchObject({ hand: expect.any(Number) as unknown });
    expect(await hand(ben, false)).toBe(true);
    expect(await handsSeenBy(grace)).toEqual(["Ada"]);
    for (const person of [grace, ada, ben]) expect(person.isConnected()).toBe(true);
  });

  it("is taken down by hosts, one or all, and by nobody else", async () => {
    const { grace, ada, ben } = await meeting();
    await Promise.all([hand(ada, true), hand(ben, true), hand(grace, true)]);
    expect(await grace.moderate({ action: "lower-hand", participantId: ada.pid })).toBe("ok");
    expect((await handsSeenBy(ada)).toSorted()).toEqual(["Ben", "Grace"]);
    expect(await grace.moderate({ action: "lower-hand", participantId: null })).toBe("ok");
    expect(await handsSeenBy(ada)).toEqual([]);
    expect(await ada.mayPublish(subjects.rpc(ben.sid, ben.pid, "hand"), JSON.stringify({ raised: true }))).toBe(false);
  });

  it("is down for whoever went and comes back", async () => {
    const { grace, ben } = await meeting();
    await hand(ben, true);
    ben.client.socket.terminate();
    const presence = async () =>
      (await server.context.state.participants.get(`${ben.sid}.${ben.pid}`))!.value.presence.state;
    await eventually(async () => (await presence()) === "away");
    expect(await handsSeenBy(grace)).toEqual(["Ben"]);
    await eventually(async () => (await presence()) === "gone");
    await ben.reconnect();
    expect(await handsSeenBy(grace)).toEqual([]);
  });

  it("is not to be raised where the room has none, by who is hidden, with another body, or without end", async () => {
    const roomId = await server.createRoom({ allow_raise_hand: false });
    const ada = await enter(server, roomId);
    expect(await ada.mayPublish(subjects.rpc(ada.sid, ada.pid, "hand"))).toBe(false);
    const { ben, roomId: other } = await meeting();
    const eve = await enter(server, other, { user_id: "eve", is_hidden: true });
    expect(await eve.mayPublish(subjects.rpc(eve.sid, eve.pid, "hand"))).toBe(false);
    for (const body of ["", "{}", '{"raised":1}', '{"raised":true,"at":5}']) {
      expect(await ben.call("hand", body)).toMatchObject({ ok: false, error: { code: "body_invalid" } });
    }
    const outcomes: boolean[] = [];
    for (let count = 0; count < 70; count++) outcomes.push(await hand(ben, count % 2 === 0));
    expect(outcomes).toContain(false);
  });
});
