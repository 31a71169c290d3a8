import { setTimeout as delay } from "node:timers/promises";
import {
  servePage,
  startStack,
  type DeceivedPage,
  type Lies,
  type MaliciousSfu,
  type ServedPage,
  type Stack,
} from "@sotto/dev-env";
import type { JoinRequest } from "@sotto/protocol";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, vi } from "vitest";
import type { ConnectionState } from "../connection/ConnectionState.ts";
import { Meeting } from "../Meeting.ts";
import type { Colour } from "../testing/colours.ts";
import type { TrackReport } from "../testing/meetingPage.ts";
import { openMeetingPage } from "../testing/openMeetingPage.ts";
import { sfuOf } from "../testing/sfuOf.ts";

/** Nodes of the installation: the second one's SFU lies. */
const honest = 0;
export const deceived = 1;
export const waiting = { timeout: 20_000, interval: 100 };
/** For what must not happen. */
export const whileMs = 3_000;

/** Somebody in the meeting with a camera of their own colour. */
export interface Person {
  page: Page;
  id: string;
}

const wears = { Ada: "red", Ben: "blue", Cid: "green" } as const;

/** A meeting whose SFU says what it likes to those who joined at {@link deceived}; every test has a room of its own. */
export class DeceivedMeeting {
  readonly #parts: () => { stack: Stack; served: ServedPage };
  roomId = "";

  constructor(parts: () => { stack: Stack; served: ServedPage }) {
    this.#parts = parts;
  }

  get stack(): Stack {
    return this.#parts().stack;
  }

  get sfu(): MaliciousSfu {
    return this.stack.maliciousSfu;
  }

  /** In force for everything said from now on. */
  set lies(lies: Lies) {
    this.sfu.lies = lies;
  }

  async newPage(node: number): Promise<Page> {
    return openMeetingPage(await this.stack.browser(), this.stack.originOf(node), this.#parts().served);
  }

  async join(name: keyof typeof wears, node = honest): Promise<Person> {
    const page = await this.newPage(node);
    return { page, id: await this.joinAt(page, name) };
  }

  /** Joins in a page that is open already. Gives the participant's id. */
  async joinAt(page: Page, name: keyof typeof wears): Promise<string> {
    await page.evaluate((camera) => meetingPage.captureColours({ camera, screen: "yellow" }), wears[name]);
    const { roomId } = this;
    const token = await this.stack.newJoinToken({ roomId, name, host: name === "Ben" }); // hosts may share their screen
    return page.evaluate((given) => meetingPage.join({ kind: "token", token: given }), token);
  }

  /** Somebody in the roster without media, and the identity that the SFU could give to anybody else. */
  async joinWithoutMedia(name: string): Promise<{ id: string; sessionId: string; identity: string }> {
    let nonce = "";
    const { stack, roomId } = this;
    const meeting = await Meeting.join({
      origin: stack.origin,
      credential: { kind: "token", token: await stack.newJoinToken({ roomId, name }) },
      media: null,
      fetch: (input, init) => {
        nonce = (JSON.parse(init?.body as string) as JoinRequest).senderNonce;
        return fetch(input, init);
      },
    });
    onTestFinished(() => meeting.leave());
    const { participantId, sessionId } = meeting.info;
    return { id: participantId, sessionId, identity: `${participantId}.${nonce}` };
  }

  /** A client that is not ours, with a token that the SFU would take, publishes and sends in clear. */
  async publishInClear(sessionId: string, identity: string): Promise<Page> {
    const { url, token } = sfuOf(this.stack);
    const rogue = await this.newPage(honest);
    await rogue.evaluate(() => meetingPage.captureColours({ camera: "green", screen: "yellow" }));
    const given = { url, token: await token(sessionId, identity) };
    await rogue.evaluate((options) => meetingPage.publishInClear(options.url, options.token), given);
    return rogue;
  }

  /** The signalling connection of somebody who is lied to. */
  pageOf({ id }: Person): DeceivedPage {
    return this.sfu.page(id);
  }
}

/** Starts an installation with a malicious SFU for the tests of one file. */
export function givenMaliciousSfu(): DeceivedMeeting {
  let parts: { stack: Stack; served: ServedPage } | null = null;
  const meeting = new DeceivedMeeting(() => {
    if (!parts) throw new Error("The stack is not running yet.");
    return parts;
  });
  beforeAll(async () => {
    const [stack, served] = await Promise.all([
      startStack({ nodes: 2, maliciousSfu: true }),
      servePage(new URL("../testing/meetingPage.ts", import.meta.url)),
    ]);
    parts = { stack, served };
  });
  afterAll(async () => {
    await parts?.stack.stop();
    await parts?.served[Symbol.asyncDispose]();
  });
  let rooms = 0;
  beforeEach(() => {
    meeting.roomId = `malicious-${++rooms}`;
    meeting.lies = {};
  });
  return meeting;
}

/** What a person's page has of others. */
export async function remote({ page }: Person): Promise<TrackReport[]> {
  return (await page.evaluate(() => meetingPage.tracks())).filter(({ isLocal }) => !isLocal);
}

export async function remoteTrack(at: Person, of: { id: string }, source: string): Promise<TrackReport | undefined> {
  return (await remote(at)).find((track) => track.participantId === of.id && track.source === source);
}

/** Pictures arrive now. */
export async function expectToSee(at: Person, of: Person, source: string, colour: Colour): Promise<void> {
  const before = (await remoteTrack(at, of, source))?.frames ?? 0;
  await vi.waitFor(async () => {
    const track = await remoteTrack(at, of, source);
    expect(track).toMatchObject({ status: "live", colour });
    expect(track?.frames).toBeGreaterThan(before + 5);
  }, waiting);
}

/** For a while, no tile shows anything but what its person sends as that source. */
export async function expectNothingMisplaced(at: Person, truth: [Person, string, Colour][]): Promise<void> {
  const end = Date.now() + whileMs;
  while (Date.now() < end) {
    for (const { participantId, source, colour, status } of await remote(at)) {
      if (colour === null) continue;
      const right = truth.find(([{ id }, of]) => id === participantId && of === source)?.[2];
      expect({ participantId, source, status, colour }).toEqual({ participantId, source, status, colour: right });
    }
    await delay(50);
  }
}

export function connectionOf({ page }: Person): Promise<ConnectionState | undefined> {
  return page.evaluate(() => meetingPage.meeting?.connection.get());
}
