import { setTimeout as delay } from "node:timers/promises";
import {
  DisconnectReason,
  Encryption_Type,
  LeaveRequest,
  LeaveRequest_Action,
  MuteTrackRequest,
  TrackInfo,
  TrackSource,
  TrackType,
  type ParticipantInfo,
} from "@livekit/protocol";
import { lieAboutOthers, servePage, startStack, type DeceivedPage, type ServedPage, type Stack } from "@sotto/dev-env";
import type { JoinRequest } from "@sotto/protocol";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { Meeting } from "./Meeting.ts";
import type { Colour } from "./testing/colours.ts";
import type { TrackReport } from "./testing/meetingPage.ts";
import { openMeetingPage } from "./testing/openMeetingPage.ts";
import { sfuOf } from "./testing/sfuOf.ts";

/**
 * An SFU that says what it likes: Ada is the one it lies to, others are told the truth. What must never leave in clear
 * is measured by proof P1.
 */

const honest = 0;
const deceived = 1;
const waiting = { timeout: 20_000, interval: 100 };
/** For what must not happen. */
const whileMs = 3_000;

let stack: Stack;
let served: ServedPage;
beforeAll(async () => {
  [stack, served] = await Promise.all([
    startStack({ nodes: 2, maliciousSfu: true }),
    servePage(new URL("testing/meetingPage.ts", import.meta.url)),
  ]);
});
afterAll(async () => {
  await stack?.stop();
  await served?.[Symbol.asyncDispose]();
});

let roomId = "";
let rooms = 0;
beforeEach(() => {
  roomId = `malicious-${++rooms}`;
  stack.maliciousSfu.lies = {};
});

interface Person {
  page: Page;
  id: string;
}

const wears = { Ada: "red", Ben: "blue", Cid: "green" } as const;

async function newPage(node: number): Promise<Page> {
  const page = await openMeetingPage(await stack.browser(), stack.originOf(node), served);
  return page.on("pageerror", (error) => console.error(error));
}

async function join(name: keyof typeof wears, node = honest): Promise<Person> {
  const page = await newPage(node);
  await page.evaluate((camera) => meetingPage.captureColours({ camera, screen: "yellow" }), wears[name]);
  const token = await stack.newJoinToken({ roomId, name, host: name === "Ben" }); // hosts may share their screen
  return { page, id: await page.evaluate((given) => meetingPage.join({ kind: "token", token: given }), token) };
}

/** Somebody in the roster without media, and the identity that the SFU could give to anybody else. */
async function joinWithoutMedia(name: string): Promise<{ id: string; sessionId: string; identity: string }> {
  let nonce = "";
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

/** A client that is not ours, with a token that the SFU would take, publishes in clear. */
async function publishInClear(sessionId: string, identity: string): Promise<void> {
  const { url, token } = sfuOf(stack);
  const rogue = await newPage(honest);
  await rogue.evaluate(() => meetingPage.captureColours({ camera: "green", screen: "yellow" }));
  const given = { url, token: await token(sessionId, identity) };
  await rogue.evaluate((options) => meetingPage.publishInClear(options.url, options.token), given);
}

async function remote({ page }: Person): Promise<TrackReport[]> {
  return (await page.evaluate(() => meetingPage.tracks())).filter(({ isLocal }) => !isLocal);
}

async function remoteTrack(at: Person, of: { id: string }, source: string): Promise<TrackReport | undefined> {
  return (await remote(at)).find((track) => track.participantId === of.id && track.source === source);
}

/** Pictures arrive now. */
async function expectToSee(at: Person, of: Person, source: string, colour: Colour): Promise<void> {
  const before = (await remoteTrack(at, of, source))?.frames ?? 0;
  await vi.waitFor(async () => {
    const track = await remoteTrack(at, of, source);
    expect(track).toMatchObject({ status: "live", colour });
    expect(track?.frames).toBeGreaterThan(before + 5);
  }, waiting);
}

/** For a while, no tile shows anything but what its person sends as that source. */
async function expectNothingMisplaced(at: Person, truth: [Person, string, Colour][]): Promise<void> {
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

function flip(encryption: Encryption_Type) {
  return lieAboutOthers((others) => {
    for (const { tracks } of others) for (const track of tracks) track.encryption = encryption;
  });
}

const pageOf = ({ id }: Person): DeceivedPage => stack.maliciousSfu.page(id);
const reason = ({ page }: Person) => page.evaluate(() => meetingPage.meeting?.connection.get());
const roster = (at: Person) =>
  at.page.evaluate(() =>
    meetingPage.meeting?.participants.get().map(({ name, participantId }) => [name, participantId]),
  );

test("encrypted publications that are said to be in clear are told and never subscribed, from the start or later", async () => {
  const ben = await join("Ben");
  const subscribed = new Set<string>();
  stack.maliciousSfu.lies = {
    ...flip(Encryption_Type.NONE),
    toSfu({ message }) {
      if (message.case !== "subscription" || !message.value.subscribe) return;
      for (const sid of message.value.trackSids) subscribed.add(sid);
    },
  };
  const ada = await join("Ada", deceived);
  const untold = { participantId: ben.id, isLocal: false, muted: false, status: "unencrypted", frames: 0 };
  const inClear = ["camera", "microphone"].map((source): unknown => expect.objectContaining({ ...untold, source }));
  await vi.waitFor(async () => expect(await remote(ada)).toEqual(expect.arrayContaining(inClear)), waiting);
  await delay(whileMs);
  expect(await remote(ada)).toEqual(expect.arrayContaining(inClear));
  expect([...subscribed]).toEqual([]);

  stack.maliciousSfu.lies = {};
  pageOf(ada).repeatOthers();
  await ben.page.evaluate(() => meetingPage.meeting?.localMedia.setMicrophone(false));
  await expectToSee(ada, ben, "camera", "blue");
  stack.maliciousSfu.lies = flip(Encryption_Type.NONE);
  await ben.page.evaluate(() => meetingPage.meeting?.localMedia.setMicrophone(true));
  await vi.waitFor(async () => expect((await remoteTrack(ada, ben, "camera"))?.status).toBe("unencrypted"), waiting);
});

test("a camera in clear under a roster member's identity that is said to be encrypted renders nothing", async () => {
  const { id, sessionId, identity } = await joinWithoutMedia("Ben");
  await publishInClear(sessionId, identity);
  stack.maliciousSfu.lies = lieAboutOthers((others) => {
    for (const other of others.filter((each) => each.identity === identity)) {
      for (const track of other.tracks) track.encryption = Encryption_Type.GCM;
      // LiveKit's own worker takes what the last publication says for what all of that person are.
      const made = { sid: "TR_MADEUP", type: TrackType.AUDIO, source: TrackSource.MICROPHONE, mimeType: "audio/opus" };
      other.tracks.push(new TrackInfo({ ...made, encryption: Encryption_Type.NONE }));
    }
  });
  const ada = await join("Ada", deceived);
  await vi.waitFor(
    async () => expect((await remoteTrack(ada, { id }, "camera"))?.status).toBe("undecryptable"),
    waiting,
  );
  await delay(whileMs);
  expect(await remoteTrack(ada, { id }, "camera")).toMatchObject({ status: "undecryptable", frames: 0, colour: null });
});

test("a local identity that is not ours, at the start or after a reconnect: we leave at once", async () => {
  const other = "p_AAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAAA";
  const rename = {
    toPage: ({ message }: { message: { case?: string | undefined; value?: unknown } }) => {
      if (message.case === "join") (message.value as { participant: ParticipantInfo }).participant.identity = other;
    },
  };
  stack.maliciousSfu.lies = rename;
  const refused = await join("Ada", deceived).catch((error: unknown) => String(error));
  expect(refused).toContain("an identity that is not ours");

  stack.maliciousSfu.lies = {};
  const ada = await join("Ada", deceived);
  stack.maliciousSfu.lies = rename;
  pageOf(ada).tell({
    case: "leave",
    value: new LeaveRequest({ reason: DisconnectReason.STATE_MISMATCH, action: LeaveRequest_Action.RECONNECT }),
  });
  await vi.waitFor(
    async () => expect(await reason(ada)).toEqual({ status: "ended", reason: "identity_mismatch" }),
    waiting,
  );
});

test("camera and screen share that change places, from the start or later, show nothing in the wrong place", async () => {
  const swap = lieAboutOthers((others) => {
    for (const { tracks } of others) {
      for (const track of tracks) {
        if (track.source === TrackSource.CAMERA) track.source = TrackSource.SCREEN_SHARE;
        else if (track.source === TrackSource.SCREEN_SHARE) track.source = TrackSource.CAMERA;
      }
    }
  });
  const ben = await join("Ben");
  await ben.page.evaluate(() => meetingPage.meeting?.localMedia.setScreenShare(true));
  const truth: [Person, string, Colour][] = [
    [ben, "camera", "blue"],
    [ben, "screen_share", "yellow"],
  ];
  const ada = await join("Ada", deceived);
  for (const [person, source, colour] of truth) await expectToSee(ada, person, source, colour);
  stack.maliciousSfu.lies = swap;
  pageOf(ada).repeatOthers();
  await ben.page.evaluate(() => meetingPage.meeting?.localMedia.setMicrophone(false));
  await expectNothingMisplaced(ada, truth);
  await ada.page.evaluate(() => meetingPage.meeting?.leave());

  const again = await join("Ada", deceived);
  await vi.waitFor(
    async () => expect((await remoteTrack(again, ben, "camera"))?.status).toBe("undecryptable"),
    waiting,
  );
  await expectNothingMisplaced(again, truth);
});

test("two people who change places, from the start or later, are not shown under each other's name", async () => {
  const [ben, cid] = await Promise.all([join("Ben"), join("Cid")]);
  const truth: [Person, string, Colour][] = [
    [ben, "camera", "blue"],
    [cid, "camera", "green"],
  ];
  const swapIdentities = lieAboutOthers((others) => {
    const both = [ben, cid].map(({ id }) => others.find(({ identity }) => identity.startsWith(id)));
    if (!both[0] || !both[1]) return;
    [both[0].identity, both[1].identity] = [both[1].identity, both[0].identity];
  });
  const swapTracks = lieAboutOthers((others) => {
    const both = [ben, cid].map(({ id }) => others.find(({ identity }) => identity.startsWith(id)));
    if (!both[0] || !both[1]) return;
    [both[0].tracks, both[1].tracks] = [both[1].tracks, both[0].tracks];
  });
  for (const lies of [swapIdentities, swapTracks]) {
    stack.maliciousSfu.lies = {};
    const ada = await join("Ada", deceived);
    for (const [person, source, colour] of truth) await expectToSee(ada, person, source, colour);
    stack.maliciousSfu.lies = lies;
    pageOf(ada).repeatOthers();
    await expectNothingMisplaced(ada, truth);
    await ada.page.evaluate(() => meetingPage.meeting?.leave());

    const again = await join("Ada", deceived);
    pageOf(again).repeatOthers();
    await expectNothingMisplaced(again, truth);
    await again.page.evaluate(() => meetingPage.meeting?.leave());
  }
});

test("data, names and people that only the SFU knows are ignored", async () => {
  const { id, sessionId, identity } = await joinWithoutMedia("Ben");
  const ada = await join("Ada", deceived);
  await publishInClear(sessionId, identity);
  await publishInClear(sessionId, "p_AAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAAA");
  stack.maliciousSfu.lies = lieAboutOthers((others) => {
    for (const other of others) {
      other.name = "Mallory";
      other.metadata = JSON.stringify({ role: "host", name: "Mallory" });
    }
    const twin = others.find((each) => each.identity === identity)?.clone();
    if (twin) others.push(Object.assign(twin, { sid: "PA_TWIN" }));
  });
  pageOf(ada).repeatOthers();
  const camera = { participantId: id, source: "camera", status: "unencrypted", frames: 0 };
  await vi.waitFor(async () => expect(await remote(ada)).toEqual([expect.objectContaining(camera)]), waiting);
  await delay(whileMs);
  expect(await remote(ada)).toEqual([expect.objectContaining(camera)]);
  expect(await roster(ada)).toEqual([
    ["Ada", ada.id],
    ["Ben", id],
  ]);
  expect(await ada.page.evaluate(() => meetingPage.meeting?.chat.messages.get())).toEqual([]);
});

test("unknown sources and codecs are not shown, and the meeting goes on", async () => {
  const ben = await join("Ben");
  const ada = await join("Ada", deceived);
  await expectToSee(ada, ben, "camera", "blue");
  await ada.page.evaluate(() => meetingPage.meeting?.leave());
  stack.maliciousSfu.lies = lieAboutOthers((others) => {
    for (const { tracks } of others) {
      for (const track of tracks) {
        if (track.source === TrackSource.CAMERA) track.mimeType = "video/H265";
        else track.source = TrackSource.UNKNOWN;
      }
    }
  });
  const again = await join("Ada", deceived);
  await delay(whileMs);
  const known = (await remote(again)).map(({ source, colour }) => ({ source, colour }));
  // The frames say what codec they are, and authenticate as that: the SFU's word does not matter.
  expect(known).toEqual([{ source: "camera", colour: "blue" }]);
});

test("the SFU can silence a person, and cannot switch on what they switched off", async () => {
  const ben = await join("Ben");
  const sids: string[] = [];
  stack.maliciousSfu.lies = {
    toPage({ message }) {
      if (message.case === "trackPublished" && message.value.track) sids.push(message.value.track.sid);
    },
  };
  const ada = await join("Ada", deceived);
  await expectToSee(ben, ada, "camera", "red");
  await vi.waitFor(() => expect(sids).toHaveLength(2), waiting);
  await ada.page.evaluate(() => meetingPage.meeting?.localMedia.setCamera(false));
  await ada.page.evaluate(() => meetingPage.meeting?.localMedia.setMicrophone(false));
  await vi.waitFor(
    async () => expect(await remote(ben)).toEqual(expect.arrayContaining([off("camera"), off("microphone")])),
    waiting,
  );
  for (const sid of sids) pageOf(ada).tell({ case: "mute", value: new MuteTrackRequest({ sid, muted: false }) });
  await delay(whileMs);
  const own = await ada.page.evaluate(() =>
    meetingPage.meeting?.localMedia.tracks.get().map(({ muted, media }) => ({
      muted,
      captures: media?.mediaStreamTrack.readyState === "live" && media.mediaStreamTrack.enabled,
    })),
  );
  expect(own).toEqual([
    { muted: true, captures: false },
    { muted: true, captures: false },
  ]);
  expect(await remote(ben)).toEqual(expect.arrayContaining([off("camera"), off("microphone")]));
  await ada.page.evaluate(() => meetingPage.meeting?.localMedia.setCamera(true));
  await expectToSee(ben, ada, "camera", "red");

  function off(source: string): unknown {
    return expect.objectContaining({ source, muted: true });
  }
});
