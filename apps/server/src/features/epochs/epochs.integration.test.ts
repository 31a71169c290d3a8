import { setTimeout as delay } from "node:timers/promises";
import { epochsResultSchema, subjects, type JoinAnswer } from "@sotto/protocol";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { connectAs, type TestParticipant } from "../../testing/connectAs.ts";
import { eventually } from "../../testing/eventually.ts";
import { joinAs, tryJoin } from "../../testing/joinAs.ts";
import { startTestServer, type TestServer } from "../../testing/startTestServer.ts";

let server: TestServer;
let otherNode: TestServer;
beforeAll(async () => {
  const sessions = { awaySeconds: 1, seatSeconds: 20 };
  server = await startTestServer({ sessions });
  otherNode = await server.secondNode({ sessions });
}, 120_000);
afterAll(async () => {
  await otherNode?.[Symbol.asyncDispose]();
  await server?.[Symbol.asyncDispose]();
});

interface Person extends TestParticipant {
  answer: JoinAnswer;
  cookie: string;
  /** What came on `to.<pid>.epoch` so far. */
  given(): Record<string, unknown>[];
  /** The epochs everybody was told to send under so far. */
  activated(): unknown[];
  /** Says that it staged what comes, as a page does. */
  acknowledge(): void;
}

async function connected(answer: JoinAnswer, cookie: string): Promise<Person> {
  const person = await connectAs(answer);
  onTestFinished(() => person.client.close());
  const { sessionId: sid, participantId: pid } = answer;
  const given = () => person.events(subjects.to(sid, pid, "epoch"));
  return {
    ...person,
    answer,
    cookie,
    given,
    activated: () => person.events(subjects.state(sid, "epoch")).map(({ epoch }) => epoch),
    acknowledge() {
      let told = 0;
      const timer = setInterval(() => {
        for (const { epoch } of given().slice(told)) void person.call("epoch-staged", JSON.stringify({ epoch }));
        told = given().length;
      }, 5);
      onTestFinished(() => clearInterval(timer));
    },
  };
}

async function enter(roomId: string, node = server): Promise<Person> {
  const { answer, cookie } = await joinAs(node, { token: await server.joinToken(roomId) });
  return connected(answer, cookie);
}

const epochsIn = ({ e2ee }: JoinAnswer) => (e2ee.model === "server" ? e2ee.epochs!.map(({ epoch }) => epoch) : []);
const newestIn = ({ e2ee }: JoinAnswer) => (e2ee.model === "server" ? e2ee.epochs!.at(-1)! : undefined);
/** The epochs that rpc `epochs` gives. */
async function numbersOf(person: Person): Promise<number[]> {
  const answer = await person.call("epochs");
  return answer.ok ? epochsResultSchema.parse(answer.result).epochs.map(({ epoch }) => epoch) : [];
}
const keysOf = async ({ answer }: Person) => (await server.context.state.keys.get(answer.sessionId))?.value;
/** Joins do not start an epoch when one began within the last 10 s: as if it had begun earlier. */
async function ageEpoch({ answer: { sessionId } }: Person, change: object = {}): Promise<void> {
  await server.context.state.keys.mutate(sessionId, (keys) => ({ ...keys, beganAt: Date.now() - 10_001, ...change }));
}

describe("somebody who leaves", () => {
  it("is shut out by an epoch that everybody else stages and then sends under, and gets nothing of it", async () => {
    const roomId = await server.createRoom();
    const [ada, ben, eve] = [await enter(roomId), await enter(roomId, otherNode), await enter(roomId)];
    for (const person of [ada, ben]) person.acknowledge();
    const secrets = [newestIn(eve.answer)!.secret];
    const leftAt = Date.now();
    expect(await eve.call("leave")).toMatchObject({ ok: true });
    await eventually(() => ada.activated().length > 0 && ben.activated().length > 0);
    expect(Date.now() - leftAt).toBeLessThan(1_000);
    expect([ada.activated(), ben.activated()]).toEqual([[1], [1]]);
    expect(ada.given()).toEqual(ben.given());
    expect(ada.given()).toEqual([{ epoch: 1, secret: expect.stringMatching(/^[A-Za-z0-9_-]{43}$/) as unknown }]);
    expect(secrets).not.toContain(ada.given()[0]!["secret"]);
    expect(await ada.call("epochs")).toMatchObject({ result: { current: 1, epochs: [{ epoch: 0 }, ada.given()[0]] } });

    expect(eve.given()).toEqual([]);
    expect(await tryJoin(server, { cookie: eve.cookie })).toMatchObject({
      ok: false,
      error: { code: "resume_invalid" },
    });
    await expect(connectAs(eve.answer)).rejects.toThrow();
    const heard = JSON.stringify(eve.client.messages.map(({ body }) => body.toString()));
    expect(heard).not.toContain(ada.given()[0]!["secret"]);
  });

  it("may be one of many, who are shut out together", async () => {
    const roomId = await server.createRoom();
    const ada = await enter(roomId);
    ada.acknowledge();
    const others = await Promise.all(
      Array.from({ length: 5 }, (_, index) => enter(roomId, index % 2 ? server : otherNode)),
    );
    await Promise.all(others.map((person) => person.call("leave")));
    await eventually(() => ada.activated().length > 0);
    await delay(600);
    expect(ada.activated().length).toBeLessThanOrEqual(2);
    expect((await keysOf(ada))!.epochs.length).toBeLessThanOrEqual(3);
  });

  it("is not waited for longer than a second by somebody who does not answer", async () => {
    const roomId = await server.createRoom();
    const [ada, ben, eve] = [await enter(roomId), await enter(roomId), await enter(roomId)];
    ada.acknowledge();
    const leftAt = Date.now();
    await eve.call("leave");
    await eventually(() => ben.activated().length > 0);
    expect(Date.now() - leftAt).toBeGreaterThan(1_100);
    expect(Date.now() - leftAt).toBeLessThan(2_000);
  });

  it("is shut out in time however many leave one after the other", async () => {
    const roomId = await server.createRoom();
    const [ada, silent] = [await enter(roomId), await enter(roomId)];
    ada.acknowledge();
    const others = await Promise.all(Array.from({ length: 4 }, () => enter(roomId)));
    const lastGivenTo: number[] = [];
    for (const person of others) {
      await person.call("leave");
      const left = Date.now();
      const known = (await keysOf(ada))!.epochs.length;
      await eventually(async () => (await keysOf(ada))!.epochs.length > known);
      const { epoch } = (await keysOf(ada))!.epochs.at(-1)!;
      await eventually(() => ada.activated().some((each) => (each as number) >= epoch), 2_000);
      lastGivenTo.push(Date.now() - left);
    }
    expect(Math.max(...lastGivenTo)).toBeLessThan(2_000);
    expect(silent.given().length).toBe(ada.given().length);
  });
});

describe("somebody who comes", () => {
  it("starts an epoch, unless one just began, and gets that one only", async () => {
    const roomId = await server.createRoom();
    const ada = await enter(roomId);
    ada.acknowledge();
    const soon = await enter(roomId);
    expect([epochsIn(ada.answer), epochsIn(soon.answer)]).toEqual([[0], [0]]);
    await ageEpoch(ada);
    const later = await enter(roomId, otherNode);
    expect(epochsIn(later.answer)).toEqual([1]);
    await eventually(() => ada.given().length === 1);
    expect(ada.given()).toEqual([newestIn(later.answer)]);
    expect(await later.call("epochs")).toMatchObject({ result: { epochs: [newestIn(later.answer)] } });
  });

  it("comes with fifty others, and one epoch starts", async () => {
    const roomId = await server.createRoom();
    const ada = await enter(roomId);
    ada.acknowledge();
    await ageEpoch(ada);
    const tokens = await Promise.all(Array.from({ length: 50 }, () => server.joinToken(roomId)));
    const joins = await Promise.all(tokens.map((token, index) => joinAs(index % 2 ? server : otherNode, { token })));
    expect(new Set(joins.map(({ answer }) => JSON.stringify(epochsIn(answer))))).toEqual(new Set(["[1]"]));
    expect(new Set(joins.map(({ answer }) => newestIn(answer)!.secret)).size).toBe(1);
    await eventually(() => ada.activated().length > 0);
    expect([ada.given(), ada.activated()]).toEqual([[newestIn(joins[0]!.answer)], [1]]);
  });

  it("and is refused starts nothing, and gets nothing", async () => {
    const roomId = await server.createRoom();
    const ada = await enter(roomId);
    const token = await server.joinToken(roomId);
    await joinAs(server, { token });
    await ageEpoch(ada);
    expect(await tryJoin(server, { token })).toMatchObject({ ok: false, error: { code: "token_used" } });
    expect((await keysOf(ada))!.epochs).toHaveLength(1);
  });

  it("back after a reload has all epochs of the stay; after being given up, not those in between", async () => {
    const roomId = await server.createRoom();
    const [ada, ben] = [await enter(roomId), await enter(roomId)];
    ada.acknowledge();
    const eve = await enter(roomId);
    await eve.call("leave");
    await eventually(() => ben.activated().length > 0);
    const reloaded = await joinAs(otherNode, { cookie: ben.cookie });
    expect(epochsIn(reloaded.answer)).toEqual([0, 1]);

    const again = await connected(reloaded.answer, reloaded.cookie);
    await again.client.close(); // given up a second later, which starts epoch 2
    await eventually(() => ada.activated().includes(2), 6_000);
    await ageEpoch(ada);
    await enter(roomId); // epoch 3
    await ageEpoch(ada);
    const back = await joinAs(server, { cookie: again.cookie });
    expect(epochsIn(back.answer)).toEqual([0, 1, 4]);
    const seen = await connected(back.answer, back.cookie);
    expect(await numbersOf(seen)).toEqual([0, 1, 4]);
  });

  it("back with the old connection after being given up has a gap too", async () => {
    const roomId = await server.createRoom();
    const [ada, ben] = [await enter(roomId), await enter(roomId)];
    ada.acknowledge();
    await ben.client.close();
    await eventually(() => ada.activated().includes(1), 6_000);
    await ageEpoch(ada);
    const back = await connected(ben.answer, ben.cookie);
    expect(await numbersOf(back)).toEqual([0, 2]);
  });
});

describe("a node that dies while an epoch is being staged", () => {
  it("is replaced by another one, which stages it again", async () => {
    const roomId = await server.createRoom();
    const [ada, ben] = [await enter(roomId), await enter(roomId)];
    // What a node wrote before it died, without having told anybody.
    const secret = Buffer.alloc(32, 7).toString("base64url");
    await server.context.state.keys.mutate(ada.answer.sessionId, (keys) => ({
      ...keys,
      epochs: [...keys.epochs, { epoch: 1, secret }],
      activateAt: Date.now() + 200,
    }));
    for (const person of [ada, ben]) person.acknowledge();
    await eventually(() => ada.activated().length > 0 && ben.activated().length > 0);
    expect([ada.given(), ben.given()]).toEqual([[{ epoch: 1, secret }], [{ epoch: 1, secret }]]);
    expect(ada.activated()).toEqual([1]);
    expect(await keysOf(ada)).toMatchObject({ current: 1, activateAt: null });
  });

  it("leaves nobody who left with a key: the wish for an epoch survives it", async () => {
    const node = await server.secondNode({ sessions: { awaySeconds: 1, seatSeconds: 20 } });
    const roomId = await server.createRoom();
    const [ada, eve] = [await enter(roomId), await enter(roomId)];
    ada.acknowledge();
    const { sessionId, participantId } = eve.answer;
    await node.context.participants.leave(sessionId, participantId);
    await node[Symbol.asyncDispose](); // within the 250 ms before the epoch begins
    await eventually(() => ada.activated().length > 0);
    expect(ada.activated()).toEqual([1]);
  });
});

describe("an epoch", () => {
  it("ends when it is old enough, without anybody coming or going", async () => {
    const roomId = await server.createRoom();
    const ada = await enter(roomId);
    ada.acknowledge();
    expect((await keysOf(ada))!.dueAt - (await keysOf(ada))!.beganAt).toBe(6 * 3_600_000);
    await ageEpoch(ada, { dueAt: Date.now() + 100 });
    await eventually(() => ada.activated().length > 0);
    expect(ada.activated()).toEqual([1]);
  });

  it("ends after the time that is configured", async () => {
    const short = await startTestServer({ sessions: { epochSeconds: 1 } });
    onTestFinished(() => short[Symbol.asyncDispose]());
    const { answer, cookie } = await joinAs(short, { token: await short.joinToken(await short.createRoom()) });
    const ada = await connected(answer, cookie);
    ada.acknowledge();
    await eventually(() => ada.activated().length >= 2);
    expect(ada.activated().slice(0, 2)).toEqual([1, 2]);
  });

  it("of a room with a passphrase is a number without a secret", async () => {
    const features = { end_to_end_encryption_features: { is_enabled: true, enabled_self_insert_encryption_key: true } };
    const roomId = await server.createRoom(features);
    const [ada, eve] = [await enter(roomId), await enter(roomId)];
    ada.acknowledge();
    expect(ada.answer.e2ee).toMatchObject({ model: "passphrase", epoch: 0 });
    await eve.call("leave");
    await eventually(() => ada.activated().length > 0);
    expect(ada.given()).toEqual([{ epoch: 1 }]);
    expect(await ada.call("epochs")).toEqual({
      ok: true,
      result: { epochs: [{ epoch: 0 }, { epoch: 1 }], current: 1 },
    });
  });

  it("does not exist without end-to-end encryption", async () => {
    const roomId = await server.createRoom({});
    const [ada, eve] = [await enter(roomId), await enter(roomId)];
    expect(ada.answer.permissions.rpc).not.toContain("epochs");
    await eve.call("leave");
    await delay(500);
    expect([ada.given(), ada.activated(), await keysOf(ada)]).toEqual([[], [], undefined]);
  });

  it("is in no log", async () => {
    const roomId = await server.createRoom();
    const [ada, eve] = [await enter(roomId), await enter(roomId)];
    ada.acknowledge();
    await eve.call("leave");
    await eventually(() => ada.given().length > 0);
    const { root, epochs } = (await keysOf(ada))!;
    for (const secret of [root!, ...epochs.map((each) => each.secret!)]) {
      expect(server.logs() + otherNode.logs()).not.toContain(secret);
    }
  });
});
