import { setTimeout as delay } from "node:timers/promises";
import { SottoApi, type JoinCredential } from "@sotto/client";
import type { ManagementApi } from "@sotto/dev-env";
import type { Browser } from "playwright-core";
import { canary, createRoom, newToken } from "../rooms.ts";
import { Attendee } from "./Attendee.ts";

/** A meeting of a host and a guest with picture, sound and a chat message that arrived. */
export interface RunningMeeting extends AsyncDisposable {
  host: Attendee;
  guest: Attendee;
  roomId: string;
  sessionId: string;
  /** Ids that only this meeting has. */
  ids: string[];
  /** What was typed into it: names, chat messages, and a file's name and content. */
  typed: string[];
  /** How many messages were sent to everybody, the one about the file among them, and in private. */
  sent: { messages: number; privateMessages: number };
}

const deliveryTimeoutMs = 10_000;

/** In a room of the management API. `analytics`: whether with statistics; both agree to be in them. */
export async function holdMeeting(
  browser: Browser,
  origin: string,
  management: ManagementApi,
  options: { encrypted: boolean; analytics?: boolean },
): Promise<RunningMeeting> {
  const roomId = await createRoom(management, options);
  const names = [canary("host"), canary("guest")] as const;
  const credentials = [
    { kind: "token", token: await newToken(management, roomId, { name: names[0], isHost: true }) },
    { kind: "token", token: await newToken(management, roomId, { name: names[1] }) },
  ] as const;
  return talk(browser, origin, roomId, names, credentials, { agree: options.analytics !== undefined });
}

/** As a guest opens it on the landing page. */
export async function holdGuestMeeting(browser: Browser, origin: string): Promise<RunningMeeting> {
  const api = new SottoApi(origin);
  const { roomId, token } = await api.openMeeting({ title: "A proof" });
  const { token: other } = await api.guestToken(roomId);
  const names = [canary("host"), canary("guest")] as const;
  return talk(browser, origin, roomId, names, [
    { kind: "token", token, name: names[0] },
    { kind: "token", token: other, name: names[1] },
  ]);
}

async function talk(
  browser: Browser,
  origin: string,
  roomId: string,
  names: readonly string[],
  [hostCredential, guestCredential]: readonly [JoinCredential, JoinCredential],
  { agree = false } = {},
): Promise<RunningMeeting> {
  await using cleanUp = new AsyncDisposableStack();
  const host = cleanUp.use(await Attendee.join(browser, origin, hostCredential, agree));
  const guest = cleanUp.use(await Attendee.join(browser, origin, guestCredential, agree));
  const [text, secret, fileName, content] = [canary("chat"), canary("private"), canary("file"), canary("content")];
  await guest.meeting.chat.send(text);
  await host.meeting.privateChats.with(guest.answer.participantId).send(secret);
  host.meeting.files.send(host.meeting.chat, new File([content.repeat(500)], `${fileName}.txt`));
  // Where they were sent to: what is shown there was stored.
  await until("the messages arrived", deliveryTimeoutMs, async () => {
    const atHost = host.meeting.chat.messages.get();
    const atGuest = guest.meeting.chat.messages.get();
    const inPrivate = guest.meeting.privateChats.with(host.answer.participantId).messages.get();
    return (
      atHost.some((message) => message.text === text) &&
      atGuest.some(({ file }) => file !== null) &&
      inPrivate.some((message) => message.text === secret)
    );
  });
  const { sessionId } = host.answer;
  const people = [host, guest].map(({ answer }) => answer.participantId);
  const owned = cleanUp.move();
  return {
    host,
    guest,
    roomId,
    sessionId,
    ids: [sessionId, roomId, ...people],
    typed: [...names, text, secret, fileName, content],
    sent: { messages: 2, privateMessages: 1 },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

const pollMs = 100;

/** Waits for something; gives how long that took, in milliseconds. Throws after the time. */
export async function until(what: string, timeoutMs: number, isSo: () => Promise<boolean>): Promise<number> {
  const startedMs = Date.now();
  while (!(await isSo())) {
    if (Date.now() - startedMs > timeoutMs) throw new Error(`not within ${timeoutMs / 1000} s: ${what}`);
    await delay(pollMs);
  }
  return Date.now() - startedMs;
}
