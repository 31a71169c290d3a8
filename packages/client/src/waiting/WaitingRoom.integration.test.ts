import { CookieJar, startStack, type Stack } from "@sotto/dev-env";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import type { JoinOptions } from "../JoinOptions.ts";
import { Meeting } from "../Meeting.ts";
import { CutProxy } from "../testing/CutProxy.ts";
import { until } from "../testing/until.ts";
import type { WaitingRoom } from "./WaitingRoom.ts";

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.stop());

let rooms = 0;
const text = "caf\u00e9 unlatch zesty mongoose";

/** A meeting with a waiting room, and its host in it. */
async function meeting(withPassphrase = false): Promise<{ roomId: string; host: Meeting }> {
  const roomId = `guarded-${++rooms}`;
  await stack.createRoom({
    roomId,
    features: {
      waiting_room_features: { is_active: true, waiting_room_msg: "One moment." },
      end_to_end_encryption_features: { is_enabled: true, enabled_self_insert_encryption_key: withPassphrase },
    },
  });
  const token = await stack.newJoinToken({ roomId, name: "Ada", host: true });
  const host = await Meeting.join({
    ...headless(new CookieJar()),
    credential: { kind: "token", token },
    ...(withPassphrase && { passphrase: { text, open: true } }),
  });
  onTestFinished(() => host.leave());
  return { roomId, host };
}

const headless = (cookies: CookieJar) => ({ origin: stack.origin, media: null, fetch: cookies.fetch });

/** Somebody who waits. `joining` settles when they are in, or are not going to be. */
async function waiter(
  roomId: string,
  name: string,
  options: Partial<JoinOptions> & { cookies?: CookieJar } = {},
): Promise<{ room: WaitingRoom; joining: Promise<Meeting>; cookies: CookieJar }> {
  const { cookies = new CookieJar(), ...others } = options;
  const credential = others.credential ?? {
    kind: "token" as const,
    token: await stack.newJoinToken({ roomId, name }),
  };
  const { promise, resolve, reject } = Promise.withResolvers<WaitingRoom>();
  const joining = Meeting.join({ ...headless(cookies), ...others, credential, onWaiting: resolve });
  joining.then(
    (joined) => onTestFinished(() => joined.leave()),
    (error: unknown) => reject(error),
  );
  joining.catch(() => undefined); // the test looks at it later
  return { room: await promise, joining, cookies };
}

const waitingNames = (host: Meeting) => host.waitingRoom.get().map(({ name }) => name);
const texts = ({ chat }: Meeting) => chat.messages.get().map((message) => message.text);

describe("somebody who waits", () => {
  test("is seen by hosts, hears of them, and gets into the meeting when they let them in", async () => {
    const { roomId, host } = await meeting();
    const ben = await waiter(roomId, "Ben");
    const cleo = await waiter(roomId, "Cleo");
    await until(host.waitingRoom, (all) => all.length === 2);
    expect(waitingNames(host)).toEqual(["Ben", "Cleo"]);
    expect(host.participants.get()).toHaveLength(1);
    expect(ben.room).toMatchObject({ name: "Ben", welcome: "One moment.", room: { title: "A room" } });
    await host.moderation.messageWaiting(ben.room.participantId, "only you");
    await host.moderation.messageWaiting(null, "both of you");
    await until(ben.room.messages, (all) => all.length === 2);
    await until(cleo.room.messages, (all) => all.length === 1);
    expect(ben.room.messages.get().map((message) => [message.from, message.text])).toEqual([
      ["Ada", "only you"],
      ["Ada", "both of you"],
    ]);
    await host.chat.send("among ourselves");

    await host.moderation.admit(ben.room.participantId);
    const inside = await ben.joining;
    expect(inside.info.participantId).toBe(ben.room.participantId);
    expect([ben.room.status.get(), cleo.room.status.get()]).toEqual(["admitted", "waiting"]);
    await until(host.waitingRoom, (all) => all.length === 1);
    await host.chat.send("welcome");
    await inside.chat.send("thank you");
    await until(host.chat.messages, (all) => all.length === 3);
    await until(inside.chat.messages, (all) => all.length === 2);
    expect(texts(inside)).toEqual(["welcome", "thank you"]);
    expect(inside.waitingRoom.get()).toEqual([]);

    await host.moderation.admit(null);
    await cleo.joining;
    expect(host.participants.get()).toHaveLength(3);
  });

  test("who is made a host sees who waits", async () => {
    const { roomId, host } = await meeting();
    const { room } = await waiter(roomId, "Ben");
    await until(host.waitingRoom, (all) => all.length === 1);
    await host.moderation.setWaitingRoom(false);
    const dai = await stack.headlessClient({ roomId, name: "Dai" });
    expect(dai.waitingRoom.get()).toEqual([]);
    await host.moderation.setRole(dai.info.participantId, "host");
    await until(dai.waitingRoom, (all) => all.length === 1);
    await dai.moderation.admit(room.participantId);
    await until(host.waitingRoom, (all) => all.length === 0);
    await host.moderation.setRole(dai.info.participantId, "participant");
    await until(dai.standing, ({ role }) => role === "participant");
  });

  test("is told when they are sent away", async () => {
    const { roomId, host } = await meeting();
    const { room, joining, cookies } = await waiter(roomId, "Ben");
    await until(host.waitingRoom, (all) => all.length === 1);
    await host.moderation.refuse(room.participantId);
    await expect(joining).rejects.toMatchObject({ code: "refused" });
    await until(host.waitingRoom, (all) => all.length === 0);
    const credential = { kind: "resume", participantId: room.participantId } as const;
    await expect(Meeting.join({ ...headless(cookies), credential })).rejects.toMatchObject({ code: "resume_invalid" });
  });

  test.each(["leaving", "aborting"] as const)("is gone from the list after %s", async (way) => {
    const { roomId, host } = await meeting();
    const giveUp = new AbortController();
    const { room, joining } = await waiter(roomId, "Ben", { signal: giveUp.signal });
    await until(host.waitingRoom, (all) => all.length === 1);
    if (way === "leaving") await Promise.all([room.leave(), room.leave()]);
    else giveUp.abort(new Error("changed my mind"));
    await expect(joining).rejects.toThrow(way === "leaving" ? "no connection" : "changed my mind");
    await until(host.waitingRoom, (all) => all.length === 0);
  });

  test("hears that the meeting is over", async () => {
    const { roomId, host } = await meeting();
    const { joining } = await waiter(roomId, "Ben");
    await until(host.waitingRoom, (all) => all.length === 1);
    await host.endForAll();
    await expect(joining).rejects.toMatchObject({ code: "session_ended" });
  });

  test("keeps their place while the network is away, and learns what was decided meanwhile", async () => {
    const { roomId, host } = await meeting();
    const network = await CutProxy.start(stack.origin);
    onTestFinished(() => network[Symbol.asyncDispose]());
    const { room, joining } = await waiter(roomId, "Ben", { origin: network.origin });
    await until(host.waitingRoom, (all) => all.length === 1);
    network.refuse();
    await until(room.status, (status) => status === "reconnecting");
    network.allow();
    await until(room.status, (status) => status === "waiting");
    expect(waitingNames(host)).toEqual(["Ben"]);
    network.refuse();
    await until(room.status, (status) => status === "reconnecting");
    await host.moderation.admit(room.participantId);
    network.allow();
    await joining;
    await until(host.participants, (all) => all.length === 2);
  });

  test("goes on waiting in a page that takes the place over", async () => {
    const { roomId, host } = await meeting();
    const first = await waiter(roomId, "Ben");
    await until(host.waitingRoom, (all) => all.length === 1);
    const { participantId } = first.room;
    const credential = { kind: "resume", participantId } as const;
    const second = await waiter(roomId, "Ben", { cookies: first.cookies, credential });
    await expect(first.joining).rejects.toMatchObject({ code: "replaced" });
    expect(second.room.participantId).toBe(participantId);
    expect(waitingNames(host)).toEqual(["Ben"]);
    await host.moderation.admit(participantId);
    await second.joining;
  });
});

describe("a passphrase", () => {
  test("is checked only when one is let in; a wrong one costs no place", async () => {
    const { roomId, host } = await meeting(true);
    const ben = await waiter(roomId, "Ben", { passphrase: { text: "another one", open: false } });
    await until(host.waitingRoom, (all) => all.length === 1);
    await host.moderation.admit(ben.room.participantId);
    const { participantId } = ben.room;
    await expect(ben.joining).rejects.toMatchObject({ code: "passphrase_wrong", openedBy: "Ada", participantId });
    const credential = { kind: "resume", participantId } as const;
    const passphrase = { text, open: false };
    const inside = await Meeting.join({ ...headless(ben.cookies), credential, passphrase });
    onTestFinished(() => inside.leave());
    await inside.chat.send("the right one");
    await until(host.chat.messages, (all) => all.length === 1);
    expect(texts(host)).toEqual(["the right one"]);
  });

  test("can be typed later", async () => {
    const { roomId, host } = await meeting(true);
    const ben = await waiter(roomId, "Ben", { passphrase: "later" });
    await until(host.waitingRoom, (all) => all.length === 1);
    await host.moderation.admit(ben.room.participantId);
    await expect(ben.joining).rejects.toMatchObject({
      code: "passphrase_required",
      participantId: ben.room.participantId,
    });
  });

  test("that is expected is not given up because the server says that there is none", async () => {
    const { roomId, host } = await meeting();
    const ben = await waiter(roomId, "Ben", { passphrase: "later" });
    await until(host.waitingRoom, (all) => all.length === 1);
    await host.moderation.admit(ben.room.participantId);
    await expect(ben.joining).rejects.toMatchObject({ code: "encryption_unsupported" });
  });
});
