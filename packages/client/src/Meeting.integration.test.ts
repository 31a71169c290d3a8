import { setTimeout as delay } from "node:timers/promises";
import { CookieJar, startStack, type Stack } from "@sotto/dev-env";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import type { ConnectionState } from "./connection/ConnectionState.ts";
import { Meeting } from "./Meeting.ts";
import { CutProxy } from "./testing/CutProxy.ts";
import { until } from "./testing/until.ts";

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.stop());

let rooms = 0;
const newRoom = () => `room-${++rooms}`;

interface Person {
  name: string;
  roomId: string;
  host?: boolean;
}

async function join({
  origin = stack.origin,
  cookies = new CookieJar(),
  ...person
}: Person & JoinFrom): Promise<Meeting> {
  const token = await stack.newJoinToken(person);
  const credential = { kind: "token" as const, token };
  const meeting = await Meeting.join({ origin, credential, media: null, fetch: cookies.fetch });
  onTestFinished(() => meeting.leave());
  return meeting;
}

interface JoinFrom {
  origin?: string;
  cookies?: CookieJar;
}

async function proxy(): Promise<CutProxy> {
  const started = await CutProxy.start(stack.origin);
  onTestFinished(() => started[Symbol.asyncDispose]());
  return started;
}

const names = (meeting: Meeting) => meeting.participants.get().map(({ name }) => name);
const texts = (meeting: Meeting) => meeting.chat.messages.get().map(({ text }) => text);
const isConnected = ({ status }: ConnectionState) => status === "connected";
const isEnded = ({ status }: ConnectionState) => status === "ended";

describe("a meeting without media", () => {
  test("two people join, see each other and are told who they are", async () => {
    const roomId = newRoom();
    const ada = await join({ name: "Ada", roomId, host: true });
    const ben = await join({ name: "Ben", roomId });
    await until(ada.participants, (people) => people.length === 2);
    expect([names(ada), names(ben)]).toEqual([
      ["Ada", "Ben"],
      ["Ben", "Ada"],
    ]);
    expect(ada.info).toMatchObject({ name: "Ada", e2eeModel: "server", room: { roomId } });
    expect([ada, ben].map(({ standing }) => standing.get().role)).toEqual(["host", "participant"]);
    expect(ben.info.sessionId).toBe(ada.info.sessionId);
    expect(ben.participants.get()[0]).toMatchObject({ isLocal: true, connection: "online", role: "participant" });
    expect(ben.localMedia.state.get().microphone).toMatchObject({ allowed: false, enabled: false });
  });

  test.each([true, false])("chat, with end-to-end encryption: %s", async (encrypted) => {
    const roomId = newRoom();
    await stack.createRoom({ roomId, features: { end_to_end_encryption_features: { is_enabled: encrypted } } });
    const ada = await join({ name: "Ada", roomId });
    const ben = await join({ name: "Ben", roomId });
    expect(ben.info.e2eeModel).toBe(encrypted ? "server" : "none");
    const activatedAt: unknown = expect.closeTo(Date.now(), -4);
    expect(ben.encryption.get()).toEqual(encrypted ? { model: "server", epoch: 0, activatedAt } : null);
    expect(await ben.encryptionStats()).toEqual([]);
    await ada.chat.send("hello");
    await until(ben.chat.messages, (messages) => messages.length === 1);
    await ben.chat.send("hi");
    await until(
      ada.chat.messages,
      (messages) => messages.length === 2 && messages.every(({ state }) => state === "sent"),
    );
    expect(ada.chat.messages.get()).toMatchObject([
      { text: "hello", isLocal: true, name: "Ada", participantId: ada.info.participantId },
      { text: "hi", isLocal: false, name: "Ben", participantId: ben.info.participantId },
    ]);
    await until(
      ben.chat.messages,
      (messages) => messages.length === 2 && messages.every(({ state }) => state === "sent"),
    );
    expect(texts(ben)).toEqual(["hello", "hi"]);
    expect([ada, ben].map(({ chat }) => [chat.undecryptable.get(), chat.missing.get()])).toEqual([
      [0, 0],
      [0, 0],
    ]);
  });

  test.each([true, false])("private messages are for two, with end-to-end encryption: %s", async (encrypted) => {
    const roomId = newRoom();
    await stack.createRoom({ roomId, features: { end_to_end_encryption_features: { is_enabled: encrypted } } });
    const networks = [await proxy(), await proxy(), await proxy()] as const;
    const [ada, ben, eve] = await Promise.all(
      ["Ada", "Ben", "Eve"].map((name, index) => join({ name, roomId, origin: networks[index]!.origin })),
    );
    const [adaId, benId, eveId] = [ada, ben, eve].map((each) => each!.info.participantId);
    await ada!.privateChats.with(benId!).send("between us");
    await ben!.privateChats.with(adaId!).send("of course");
    await ada!.privateChats.with(eveId!).send("hello Eve");
    const toBen = ada!.privateChats.with(benId!);
    await until(toBen.messages, (all) => all.length === 2 && all.every(({ state }) => state === "sent"));
    await until(ben!.privateChats.with(adaId!).messages, (all) => all.length === 2);
    // In the order of the stream: what Eve may have of the first two would have come before this.
    await until(eve!.privateChats.with(adaId!).messages, (all) => all.length === 1);
    expect(toBen.messages.get().map(({ text }) => text)).toEqual(["between us", "of course"]);
    expect([...ben!.privateChats.unread.get()]).toEqual([[adaId, 1]]);
    expect(eve!.privateChats.get().map(({ peerId }) => peerId)).toEqual([adaId]);
    for (const { chat } of [ada!, ben!, eve!]) expect([chat.messages.get(), chat.undecryptable.get()]).toEqual([[], 0]);

    // Not even the ciphertext is on Eve's connection.
    const onWire = networks.map((network) => network.delivered().includes(`.dm.${adaId}.${benId} `));
    expect(onWire).toEqual([true, true, false]);
    expect(networks[2].delivered().includes(`.dm.${benId}.${adaId}`)).toBe(false);
    expect(networks.map((network) => network.delivered().includes("between us"))).toEqual([
      !encrypted,
      !encrypted,
      false,
    ]);
  });

  test("a private message to somebody who has left fails, and is kept to try again", async () => {
    const roomId = newRoom();
    const ada = await join({ name: "Ada", roomId });
    const ben = await join({ name: "Ben", roomId });
    const chat = ada.privateChats.with(ben.info.participantId);
    await ben.leave();
    await expect(chat.send("too late")).rejects.toMatchObject({ code: "not_found" });
    expect(chat.messages.get()).toMatchObject([{ text: "too late", state: "failed" }]);
  });

  test("reactions and typing are seen by everybody else", async () => {
    const roomId = newRoom();
    const ada = await join({ name: "Ada", roomId });
    const ben = await join({ name: "Ben", roomId });
    const eve = await join({ name: "Eve", roomId });
    ada.typing.type();
    ada.reactions.send("thumbs_up");
    for (const other of [ben, eve]) {
      await until(other.reactions, (shown) => shown.length === 1);
      await until(other.typing, (ids) => ids.length === 1);
      expect(other.reactions.get()).toMatchObject([{ participantId: ada.info.participantId, reaction: "thumbs_up" }]);
    }
    expect([ada.reactions.get().length, ada.typing.get()]).toEqual([1, []]); // its own reaction once, not echoed
    await ada.chat.send("typed");
    await until(ben.typing, (ids) => ids.length === 0, 2_000);
    expect([ada, ben, eve].map(({ droppedEphemeral }) => droppedEphemeral.get())).toEqual([0, 0, 0]);
  });

  test("what was said before somebody came is not theirs", async () => {
    const roomId = newRoom();
    const ada = await join({ name: "Ada", roomId });
    await ada.chat.send("before");
    const ben = await join({ name: "Ben", roomId });
    await ada.chat.send("after");
    await until(ben.chat.messages, (messages) => messages.length > 0);
    expect(texts(ben)).toEqual(["after"]);
  });

  test("a join token works once", async () => {
    const token = await stack.newJoinToken({ roomId: newRoom() });
    const options = { origin: stack.origin, credential: { kind: "token" as const, token }, media: null };
    const first = await Meeting.join(options);
    onTestFinished(() => first.leave());
    await expect(Meeting.join(options)).rejects.toMatchObject({ code: "token_used" });
  });

  test("leaving tells the others, ends everything here, and may be repeated", async () => {
    const roomId = newRoom();
    const ada = await join({ name: "Ada", roomId });
    const ben = await join({ name: "Ben", roomId });
    await until(ada.participants, (people) => people.length === 2);
    const states: ConnectionState[] = [];
    ben.connection.subscribe(() => states.push(ben.connection.get()));
    await Promise.all([ben.leave(), ben.leave()]);
    await ben[Symbol.asyncDispose]();
    expect(states).toEqual([{ status: "ended", reason: "left" }]);
    await until(ada.participants, (people) => people.length === 1);
    await expect(ben.chat.send("still here?")).rejects.toMatchObject({ code: "not_connected" });
    await expect(ben.endForAll()).rejects.toMatchObject({ code: "not_connected" });
  });

  test("a host ends the meeting for everybody, and only a host", async () => {
    const roomId = newRoom();
    const host = await join({ name: "Ada", roomId, host: true });
    const guest = await join({ name: "Ben", roomId });
    await expect(guest.endForAll()).rejects.toMatchObject({ code: "not_allowed" });
    expect(guest.connection.get()).toEqual({ status: "connected" });
    await host.endForAll();
    const ended = { status: "ended", reason: "ended_by_host" };
    expect(host.connection.get()).toEqual(ended);
    expect(await until(guest.connection, isEnded)).toEqual(ended);
  });

  test("joining can be given up", async () => {
    const token = await stack.newJoinToken({ roomId: newRoom() });
    const credential = { kind: "token" as const, token };
    const giveUp = new AbortController();
    const joining = Meeting.join({ origin: stack.origin, credential, media: null, signal: giveUp.signal });
    giveUp.abort(new Error("changed my mind"));
    await expect(joining).rejects.toThrow("changed my mind");
  });
});

describe("a bad network", () => {
  test("every message arrives exactly once and in order, however often the connection is cut", async () => {
    const roomId = newRoom();
    const network = await proxy();
    const ada = await join({ name: "Ada", roomId });
    const ben = await join({ name: "Ben", roomId, origin: network.origin });
    const states: string[] = [];
    ben.connection.subscribe(() => states.push(ben.connection.get().status));
    const sent: string[] = [];
    for (let round = 0; round < 5; round++) {
      for (let index = 0; index < 8; index++) {
        sent.push(`${round}.${index}`);
        await ada.chat.send(`${round}.${index}`);
        if (index === 3) network.cut();
        await delay(100); // as fast as one may
      }
      await until(ben.connection, isConnected);
    }
    await until(ben.chat.messages, (messages) => messages.length >= sent.length);
    expect(texts(ben)).toEqual(sent);
    expect(states.filter((status) => status === "reconnecting").length).toBeGreaterThanOrEqual(3);
    expect([ben.chat.undecryptable.get(), ben.chat.missing.get()]).toEqual([0, 0]);
    expect(names(ben)).toEqual(["Ben", "Ada"]);
  });

  test("private messages too arrive exactly once and in order, whoever's connection is cut, and after a reload", async () => {
    const roomId = newRoom();
    const network = await proxy();
    const cookies = new CookieJar();
    const ada = await join({ name: "Ada", roomId });
    const ben = await join({ name: "Ben", roomId, origin: network.origin, cookies });
    const chat = ada.privateChats.with(ben.info.participantId);
    const sent: string[] = [];
    for (let round = 0; round < 3; round++) {
      for (let index = 0; index < 6; index++) {
        const text = `${round}.${index}`;
        sent.push(text);
        await chat.send(text);
        if (index === 2) network.cut();
      }
      await until(ben.connection, isConnected);
    }
    const received = ben.privateChats.with(ada.info.participantId);
    await until(received.messages, (all) => all.length === sent.length);
    expect(received.messages.get().map(({ text }) => text)).toEqual(sent);
    expect([received.undecryptable.get(), received.missing.get()]).toEqual([0, 0]);

    const credential = { kind: "resume" as const, participantId: ben.info.participantId };
    const reloaded = await Meeting.join({ origin: network.origin, credential, media: null, fetch: cookies.fetch });
    onTestFinished(() => reloaded.leave());
    const again = reloaded.privateChats.with(ada.info.participantId);
    await until(again.messages, (all) => all.length === sent.length);
    expect(again.messages.get().map(({ text }) => text)).toEqual(sent);
  });

  test("messages sent while the connection is cut are sent once, by retrying", async () => {
    const roomId = newRoom();
    const network = await proxy();
    const ada = await join({ name: "Ada", roomId });
    const ben = await join({ name: "Ben", roomId, origin: network.origin });
    const sent = Array.from({ length: 20 }, (_, index) => `message ${index}`);
    for (const [index, text] of sent.entries()) {
      const sending = ben.chat.send(text).catch(() => undefined);
      if (index % 6 === 5) network.cut();
      await sending;
    }
    await until(ben.connection, isConnected);
    for (const { id } of ben.chat.messages.get().filter(({ state }) => state === "failed")) await ben.chat.retry(id);
    await until(ben.chat.messages, (messages) => messages.every(({ state }) => state === "sent"));
    await until(ada.chat.messages, (messages) => messages.length >= sent.length);
    expect(texts(ada).toSorted()).toEqual(sent.toSorted());
    expect(texts(ben)).toEqual(texts(ada));
  });

  test("a connection that went silent is noticed and replaced", async () => {
    const roomId = newRoom();
    const network = await proxy();
    const ada = await join({ name: "Ada", roomId });
    const ben = await join({ name: "Ben", roomId, origin: network.origin });
    network.freeze();
    await ada.chat.send("are you there?");
    await until(ben.connection, ({ status }) => status === "reconnecting", 40_000);
    await until(ben.connection, isConnected);
    await until(ben.chat.messages, (messages) => messages.length > 0);
    expect(texts(ben)).toEqual(["are you there?"]);
  });

  test("an epoch that begins while somebody comes back hides nothing that was said under the one before", async () => {
    const roomId = newRoom();
    await stack.createRoom({ roomId, features: { end_to_end_encryption_features: { is_enabled: true } } });
    const network = await proxy();
    const ada = await join({ name: "Ada", roomId });
    const ben = await join({ name: "Ben", roomId, origin: network.origin });
    const [cid, dan] = [await join({ name: "Cid", roomId }), await join({ name: "Dan", roomId })];
    network.refuse();
    await until(ben.connection, ({ status }) => status === "reconnecting");
    await cid.leave();
    await until(ada.encryption, (state) => state?.epoch === 1);
    await ada.chat.send("under the one that Ben missed");
    const snapshot = network.hold('"participants":');
    network.allow();
    const release = await snapshot;
    // Given to Ben, who listens already and cannot ask for the one before yet.
    await dan.leave();
    await until(ada.encryption, (state) => state?.epoch === 2);
    release();
    await ada.chat.send("under the next");
    await until(ben.chat.messages, (messages) => messages.length > 0 && texts(ben).includes("under the next"));
    expect([texts(ben), ben.chat.undecryptable.get()]).toEqual([
      ["under the one that Ben missed", "under the next"],
      0,
    ]);
  });

  test("an outage is shown with its beginning, to the others too", async () => {
    const roomId = newRoom();
    const network = await proxy();
    const ada = await join({ name: "Ada", roomId });
    const ben = await join({ name: "Ben", roomId, origin: network.origin });
    const before = Date.now();
    network.refuse();
    const state = await until(ben.connection, ({ status }) => status === "reconnecting");
    expect(state).toMatchObject({ parts: ["messages"] });
    expect(state.status === "reconnecting" && state.since - before).toBeLessThan(2_000);
    await until(ada.participants, (people) => people.some(({ connection }) => connection === "away"));
    for (const text of ["x", "y"]) {
      await expect(ben.chat.send(text)).rejects.toMatchObject({ code: "not_connected" });
    }
    network.allow();
    await until(ben.connection, isConnected);
    // What could not be sent is, by itself and in its order.
    await until(ada.chat.messages, (messages) => messages.length === 2);
    expect([texts(ada), ada.chat.missing.get(), ada.chat.undecryptable.get()]).toEqual([["x", "y"], 0, 0]);
    await until(ada.participants, (people) => people.every(({ connection }) => connection === "online"));
  });

  test("a meeting that ended while we were away is over when we come back", async () => {
    const roomId = newRoom();
    const network = await proxy();
    const ada = await join({ name: "Ada", roomId, host: true });
    const ben = await join({ name: "Ben", roomId, origin: network.origin });
    network.refuse();
    await until(ben.connection, ({ status }) => status === "reconnecting");
    await ada.endForAll();
    network.allow();
    expect(await until(ben.connection, isEnded)).toEqual({ status: "ended", reason: "session_ended" });
  });
});

describe("coming back", () => {
  const resume = async (meeting: Meeting, cookies: CookieJar, origin = stack.origin) => {
    const { participantId } = meeting.info;
    const credential = { kind: "resume" as const, participantId };
    const next = await Meeting.join({ origin, credential, media: null, fetch: cookies.fetch });
    onTestFinished(() => next.leave());
    return next;
  };

  test("a reload has the same seat and the history since the first join; the old page is told", async () => {
    const roomId = newRoom();
    const cookies = new CookieJar();
    const ada = await join({ name: "Ada", roomId });
    const ben = await join({ name: "Ben", roomId, cookies });
    await ben.chat.send("mine");
    await ada.chat.send("theirs");
    const again = await resume(ben, cookies);
    expect(again.info.participantId).toBe(ben.info.participantId);
    expect(await until(ben.connection, isEnded)).toEqual({ status: "ended", reason: "replaced" });
    await until(again.chat.messages, (messages) => messages.length === 2);
    expect(again.chat.messages.get()).toMatchObject([
      { text: "mine", isLocal: true, state: "sent" },
      { text: "theirs", isLocal: false, name: "Ada" },
    ]);
    await again.chat.send("back");
    await until(ada.chat.messages, (messages) => messages.length === 3);
    expect([texts(ada), ada.chat.undecryptable.get(), names(ada)]).toEqual([
      ["mine", "theirs", "back"],
      0,
      ["Ada", "Ben"],
    ]);
  });

  test("a page whose secret is void takes a new seat by itself and misses nothing", async () => {
    const roomId = newRoom();
    const cookies = new CookieJar();
    const network = await proxy();
    const ada = await join({ name: "Ada", roomId });
    const ben = await join({ name: "Ben", roomId, cookies, origin: network.origin });
    await ada.chat.send("1");
    await until(ben.chat.messages, (messages) => messages.length === 1);
    network.refuse(); // so that this page does not hear that it is replaced
    await until(ben.connection, ({ status }) => status === "reconnecting");
    const other = await resume(ben, cookies);
    await ada.chat.send("2");
    network.allow();
    await until(ben.connection, isConnected);
    expect(await until(other.connection, isEnded)).toEqual({ status: "ended", reason: "replaced" });
    await ben.chat.send("3");
    await until(ada.chat.messages, (messages) => messages.length === 3);
    await until(ben.chat.messages, (messages) => messages.length === 3);
    expect([texts(ada), texts(ben), ben.chat.undecryptable.get()]).toEqual([["1", "2", "3"], ["1", "2", "3"], 0]);
    expect(names(ada)).toEqual(["Ada", "Ben"]);
  });

  test("without a cookie there is no coming back", async () => {
    const roomId = newRoom();
    const ada = await join({ name: "Ada", roomId });
    await expect(resume(ada, new CookieJar())).rejects.toMatchObject({ code: "resume_invalid" });
    expect(ada.connection.get()).toEqual({ status: "connected" });
  });
});
