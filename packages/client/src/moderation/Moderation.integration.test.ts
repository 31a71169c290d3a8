import { CookieJar, startStack, type Stack } from "@sotto/dev-env";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Meeting } from "../Meeting.ts";
import { until } from "../testing/until.ts";

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.stop());

let rooms = 0;
interface People {
  roomId: string;
  host: Meeting;
  ben: Meeting;
  join: (name: string) => Promise<Meeting>;
}

async function people(): Promise<People> {
  const roomId = `moderated-${++rooms}`;
  const host = await stack.headlessClient({ roomId, name: "Ada", host: true });
  const join = (name: string) => stack.headlessClient({ roomId, name });
  return { roomId, host, ben: await join("Ben"), join };
}

const texts = (meeting: Meeting) => meeting.chat.messages.get().map(({ text }) => text);
const idOf = (meeting: Meeting) => meeting.info.participantId;
const seen = (meeting: Meeting, other: Meeting) =>
  meeting.participants.get().find(({ participantId }) => participantId === idOf(other));
const rights = (meeting: Meeting) => meeting.standing.get().permissions.rpc;

/** From now on: everything the connection's state was. */
function statesOf(meeting: Meeting): string[] {
  const states: string[] = [];
  meeting.connection.subscribe(() => states.push(meeting.connection.get().status));
  return states;
}

describe("what one is and may do", () => {
  test("changes while one is in the meeting, which nobody notices otherwise", async () => {
    const { host, ben } = await people();
    const states = statesOf(ben);
    const away: string[] = [];
    host.participants.subscribe(() => away.push(seen(host, ben)?.connection ?? "gone"));
    expect(ben.standing.get().role).toBe("participant");
    await expect(ben.moderation.lowerHand(null)).rejects.toMatchObject({ code: "not_allowed" });

    await host.moderation.setRole(idOf(ben), "host");
    await until(ben.standing, ({ role }) => role === "host");
    expect(rights(ben)).toContain("moderate");
    await until(host.participants, () => seen(host, ben)?.role === "host");
    await ben.moderation.spotlight(idOf(host));
    await until(host.room, ({ spotlight }) => spotlight === idOf(host));

    await ben.moderation.setRole(idOf(host), "participant");
    await until(host.standing, ({ role }) => role === "participant");
    await expect(ben.moderation.setRole(idOf(ben), "participant")).rejects.toMatchObject({ code: "not_allowed" });
    await host.chat.send("still here");
    await until(ben.chat.messages, (messages) => messages.length === 1);
    expect(states).toEqual([]);
    expect(away).not.toContain("away");
  });

  test("no message is lost, doubled or marked as failed while rights change", async () => {
    const { host, ben } = await people();
    const states = statesOf(ben);
    const sending = new AbortController();
    const changes = (async () => {
      for (let locked = true; !sending.signal.aborted; locked = !locked) {
        await host.moderation.lock(null, "lock_reactions", locked);
        await delay(600); // as many as hosts may
      }
    })();
    const sent = Array.from({ length: 40 }, (_, index) => `message ${index}`);
    for (const text of sent) {
      await ben.chat.send(text);
      await delay(100); // as fast as one may
    }
    sending.abort();
    await changes;
    await until(host.chat.messages, (messages) => messages.length >= sent.length);
    expect(texts(host)).toEqual(sent);
    await until(ben.chat.messages, (messages) => messages.every(({ state }) => state === "sent"));
    expect(texts(ben)).toEqual(sent);
    expect([host, ben].map(({ chat }) => [chat.missing.get(), chat.undecryptable.get()])).toEqual([
      [0, 0],
      [0, 0],
    ]);
    expect(states).toEqual([]);
  });

  test("locks hold for one person, and for everybody but hosts with whoever comes later", async () => {
    const { host, ben, join } = await people();
    expect(ben.files.maySend).toBe(true);
    await host.moderation.lock(idOf(ben), "lock_chat_file_share", true);
    await until(ben.standing, ({ permissions }) => !permissions.rpc.includes("file-upload"));
    expect(ben.files.maySend).toBe(false);
    await until(host.participants, () => seen(host, ben)?.locks.includes("lock_chat_file_share") === true);
    expect(host.room.get().locks.lock_chat_file_share).toBe(false);

    await host.moderation.lock(null, "lock_chat_send_message", true);
    const cleo = await join("Cleo");
    expect(rights(cleo)).not.toContain("pub-chat");
    expect(rights(cleo)).toContain("file-upload");
    await until(ben.standing, ({ permissions }) => !permissions.rpc.includes("pub-chat"));
    for (const each of [ben, cleo]) await expect(each.chat.send("x")).rejects.toMatchObject({ code: "not_allowed" });
    for (const each of [host, ben, cleo]) {
      await until(each.room, ({ locks }) => locks.lock_chat_send_message);
    }
    await host.chat.send("hosts may");
    await host.moderation.lock(null, "lock_chat_send_message", false);
    await until(ben.standing, ({ permissions }) => permissions.rpc.includes("pub-chat"));
    await ben.chat.send("again");
    await until(cleo.chat.messages, (messages) => messages.length === 2);
  });
});

describe("hands", () => {
  test("stand in the order in which they went up, until they are taken down or their owner leaves", async () => {
    const { host, ben, join } = await people();
    const cleo = await join("Cleo");
    const places = () => [host, ben, cleo].map((each) => seen(host, each)?.hand ?? null);
    await cleo.hand.raise();
    await ben.hand.raise();
    await host.hand.raise();
    await cleo.hand.raise(); // keeps its place
    await until(host.participants, () => seen(host, host)?.hand === 3);
    expect(places()).toEqual([3, 2, 1]);
    await cleo.hand.lower();
    await until(host.participants, () => seen(host, ben)?.hand === 1);
    await host.moderation.lowerHand(idOf(ben));
    await until(ben.participants, () => seen(ben, ben)?.hand === null);
    await ben.hand.raise();
    await until(host.participants, () => seen(host, ben)?.hand === 2);
    await host.moderation.lowerHand(null);
    await until(host.participants, () => places().every((place) => place === null));
    await cleo.hand.raise();
    await until(host.participants, () => seen(host, cleo)?.hand === 1);
    await ben.hand.raise();
    await cleo.leave();
    await until(host.participants, () => seen(host, ben)?.hand === 1);
  });
});

describe("somebody who is removed", () => {
  test("is told, is out, and has no way back on their seat; banned, under no other token of theirs", async () => {
    const { roomId, host, ben } = await people();
    await host.moderation.remove(idOf(ben), { ban: false });
    expect(await until(ben.connection, ({ status }) => status === "ended")).toEqual({
      status: "ended",
      reason: "removed",
    });
    await until(host.participants, (all) => all.length === 1);
    await expect(host.moderation.askToUnmute(idOf(ben), "microphone")).rejects.toMatchObject({ code: "not_found" });

    const cookies = new CookieJar();
    const eve = await stack.headlessClient({ roomId, name: "Eve", userId: "eve", cookies });
    await host.moderation.remove(idOf(eve), { ban: true });
    await until(eve.connection, ({ status }) => status === "ended");
    await expect(stack.headlessClient({ roomId, name: "Eve", userId: "eve" })).rejects.toMatchObject({
      code: "removed",
    });
  });
});
