import { setTimeout as delay } from "node:timers/promises";
import { CookieJar, startStack, type Stack } from "@sotto/dev-env";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import type { ConnectionState } from "./connection/ConnectionState.ts";
import { Meeting } from "./Meeting.ts";
import { CutProxy } from "./testing/CutProxy.ts";
import { until } from "./testing/until.ts";

/** Two nodes, and engines that outlive them. Whoever is away for longer than `awaySeconds` is given up. */
const awaySeconds = 4;
let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ nodes: 2, enginesApart: true, config: { sessions: { awaySeconds } } });
});
afterAll(() => stack.stop());

/** A machine that is busy starts processes slowly. */
const slowMs = 40_000;
const plain = { end_to_end_encryption_features: { is_enabled: false } };
let rooms = 0;

async function newRoom(features: object = {}): Promise<string> {
  return stack.createRoom({ roomId: `room-${++rooms}`, features });
}

interface Joined {
  meeting: Meeting;
  network: CutProxy;
  /** How often this person asked for a seat. */
  admissions: () => number;
}

async function join(roomId: string, name: string, node = 0): Promise<Joined> {
  const network = await CutProxy.start(stack.originOf(node));
  const { fetch: fetchWithCookies } = new CookieJar();
  let admissions = 0;
  const counted: typeof fetch = (input, init) => {
    if (typeof input === "string" && input.endsWith("/api/join")) admissions += 1;
    return fetchWithCookies(input, init);
  };
  const credential = { kind: "token" as const, token: await stack.newJoinToken({ roomId, name }) };
  const meeting = await Meeting.join({ origin: network.origin, credential, media: null, fetch: counted });
  onTestFinished(async () => {
    await meeting.leave();
    await network[Symbol.asyncDispose]();
  });
  return { meeting, network, admissions: () => admissions };
}

const texts = ({ meeting }: Joined) => meeting.chat.messages.get().map(({ text }) => text);
const isConnected = ({ status }: ConnectionState) => status === "connected";
const isAway = ({ status }: ConnectionState) => status === "reconnecting";
const hasAll = (count: number) => (messages: readonly { state: string }[]) =>
  messages.length >= count && messages.every(({ state }) => state === "sent");

describe("a network that goes away", () => {
  test("for some seconds: the others see it, and everything comes, once and in order", async () => {
    const roomId = await newRoom();
    const ada = await join(roomId, "Ada");
    const ben = await join(roomId, "Ben", 1);
    const awayBefore = Date.now();
    ben.network.refuse();
    await until(ben.meeting.connection, isAway);
    for (let index = 0; index < 10; index++) await ada.meeting.chat.send(`while away ${index}`);
    // Shorter than the time after which he would be given up, by whatever clock that is looked at.
    await delay(Math.max(0, (awaySeconds - 1) * 1_000 - (Date.now() - awayBefore)));
    ben.network.allow();
    await until(ben.meeting.connection, isConnected);
    await until(ben.meeting.chat.messages, hasAll(10));
    expect(texts(ben)).toEqual(Array.from({ length: 10 }, (_, index) => `while away ${index}`));
    const { undecryptable, missing } = ben.meeting.chat;
    expect([undecryptable.get(), missing.get(), ben.meeting.lostMessages.get(), ben.admissions()]).toEqual([
      0,
      0,
      [],
      1,
    ]);
  });

  test("for longer than the server waits: given up, and back by itself with all that was said", async () => {
    const roomId = await newRoom(plain);
    const ada = await join(roomId, "Ada");
    const ben = await join(roomId, "Ben", 1);
    ben.network.refuse();
    await until(ada.meeting.participants, (people) => people.length === 1);
    await ada.meeting.chat.send("said to nobody");
    ben.network.allow();
    await until(ben.meeting.connection, isConnected);
    await until(ada.meeting.participants, (people) => people.length === 2);
    await until(ben.meeting.chat.messages, hasAll(1));
    expect(texts(ben)).toEqual(["said to nobody"]);
    expect(ben.admissions()).toBe(1);
  });
});

describe("one participant on two nodes at the same time", () => {
  test("of any number of pages one stays, and the others are told", async () => {
    const roomId = await newRoom();
    const ada = await join(roomId, "Ada");
    let cookies = new CookieJar();
    const first = await stack.headlessClient({ roomId, name: "Ben", cookies });
    const credential = { kind: "resume" as const, participantId: first.info.participantId };
    for (let round = 0; round < 5; round++) {
      // A resume token is rotated at each use: who comes a moment later may find it spent. Each page keeps what it was told:
      // of answers that arrive together, a browser may keep the cookie of one whose seat another took (docs/adr/0004).
      const before = cookies;
      const attempts = await Promise.allSettled(
        [0, 1, 0, 1].map(async (node) => {
          const own = before.copy();
          const options = { origin: stack.originOf(node), credential, media: null, fetch: own.fetch };
          return { meeting: await Meeting.join(options), own };
        }),
      );
      const pages = attempts.flatMap((attempt) => (attempt.status === "fulfilled" ? attempt.value : []));
      const joined = pages.map(({ meeting }) => meeting);
      expect(joined.length).toBeGreaterThan(0);
      await expect
        .poll(() => joined.filter(({ connection }) => connection.get().status !== "ended").length, { timeout: slowMs })
        .toBe(1);
      const [last] = joined.filter(({ connection }) => connection.get().status !== "ended");
      cookies = pages.find(({ meeting }) => meeting === last)!.own;
      await until(last!.connection, isConnected);
      await ada.meeting.chat.send(`round ${round}`);
      await until(last!.chat.messages, (messages) => messages.at(-1)?.text === `round ${round}`);
      await until(ada.meeting.participants, (people) => people.length === 2);
      if (round === 4) await last!.leave();
    }
  });
});

describe("nats-server is killed", () => {
  test.each([true, false])("and everybody goes on in their seat; encrypted: %s", async (encrypted) => {
    const roomId = await newRoom(encrypted ? {} : plain);
    const ada = await join(roomId, "Ada");
    const ben = await join(roomId, "Ben", 1);
    const eve = await join(roomId, "Eve", 1);
    await ada.meeting.chat.send("before");
    await ben.meeting.privateChats.with(ada.meeting.info.participantId).send("before, in private");
    for (const { meeting } of [ada, ben, eve]) await until(meeting.chat.messages, hasAll(1));
    eve.network.refuse();
    await until(eve.meeting.connection, isAway);
    const calledAt = Date.now();
    await ada.meeting.chat.send("while Eve is away");
    await until(ben.meeting.chat.messages, hasAll(2));

    stack.killEngine("nats");
    for (const { meeting } of [ada, ben]) await until(meeting.connection, isAway);
    eve.network.allow();
    for (const { meeting } of [ada, ben, eve]) {
      await until(meeting.connection, isConnected, slowMs);
      await until(meeting.participants, (people) => people.length === 3, slowMs);
      await until(meeting.participants, (people) => people.every(({ connection }) => connection === "online"), slowMs);
    }
    await ben.meeting.chat.send("after");
    await ada.meeting.privateChats.with(ben.meeting.info.participantId).send("after, in private");
    await until(eve.meeting.chat.messages, hasAll(2));
    for (const { meeting } of [ada, ben]) await until(meeting.chat.messages, hasAll(3));
    expect([texts(ada), texts(ben), texts(eve)]).toEqual([
      ["before", "while Eve is away", "after"],
      ["before", "while Eve is away", "after"],
      ["before", "after"],
    ]);
    const [lost] = eve.meeting.lostMessages.get();
    expect(lost?.since).toBeLessThanOrEqual(calledAt + 1_000);
    expect(lost?.until).toBeGreaterThanOrEqual(calledAt - 1_000);
    const withAda = ben.meeting.privateChats.with(ada.meeting.info.participantId);
    await until(withAda.messages, hasAll(2));
    expect(withAda.messages.get().map(({ text }) => text)).toEqual(["before, in private", "after, in private"]);
    // In encrypted rooms the sender's numbers tell how many are missing, too.
    await ada.meeting.chat.send("once more");
    await until(eve.meeting.chat.messages, hasAll(3));
    expect(eve.meeting.chat.missing.get()).toBe(encrypted ? 1 : 0);
    expect([ada, ben, eve].map(({ meeting }) => meeting.chat.undecryptable.get())).toEqual([0, 0, 0]);
    expect([ada, ben, eve].map(({ admissions }) => admissions())).toEqual([1, 1, 1]);
  });
});

describe("a control plane that crashes", () => {
  test("is waited for by its people, who stay in the meeting of those on the other node", async () => {
    const roomId = await newRoom();
    const ada = await join(roomId, "Ada", 0);
    const ben = await join(roomId, "Ben", 1);
    await ada.meeting.chat.send("before");
    await stack.nodes[1]?.kill();
    await until(ben.meeting.connection, isAway);
    await ada.meeting.chat.send("meanwhile");
    await stack.restartNode(1);
    await until(ben.meeting.connection, isConnected, slowMs);
    await until(ben.meeting.chat.messages, hasAll(2));
    expect(texts(ben)).toEqual(["before", "meanwhile"]);
    await until(ada.meeting.participants, (people) => people.length === 2);
    expect(ben.meeting.lostMessages.get()).toEqual([]);
  });

  test("together with nats-server: the other node writes the meetings back, also for those of the first", async () => {
    const roomId = await newRoom();
    const ada = await join(roomId, "Ada", 0);
    const ben = await join(roomId, "Ben", 1);
    const down = stack.nodes[0]?.kill();
    stack.killEngine("nats");
    await down;
    await until(ben.meeting.connection, isConnected, slowMs);
    await stack.restartNode(0);
    for (const { meeting } of [ada, ben]) await until(meeting.connection, isConnected, slowMs);
    await ada.meeting.chat.send("still here");
    await until(ben.meeting.chat.messages, hasAll(1), slowMs);
    expect(texts(ben)).toEqual(["still here"]);
    expect(ben.meeting.chat.undecryptable.get()).toBe(0);
  });
});
