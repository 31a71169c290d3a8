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
  TrackUnpublishedResponse,
  type ParticipantInfo,
} from "@livekit/protocol";
import { lieAboutOthers } from "@sotto/dev-env";
import { expect, test, vi } from "vitest";
import type { Colour } from "./testing/colours.ts";
import {
  connectionOf,
  deceived,
  expectNothingMisplaced,
  expectToSee,
  givenMaliciousSfu,
  remote,
  remoteTrack,
  waiting,
  whileMs,
  type Person,
} from "./test/givenMaliciousSfu.ts";

/**
 * An SFU that says what it likes of people and tracks: Ada is the one it lies to, others are told the truth. What must never
 * leave in clear is measured by proof P1.
 */

const meeting = givenMaliciousSfu();

function flip(encryption: Encryption_Type) {
  return lieAboutOthers((others) => {
    for (const { tracks } of others) for (const track of tracks) track.encryption = encryption;
  });
}

const roster = (at: Person) =>
  at.page.evaluate(() =>
    meetingPage.meeting?.participants.get().map(({ name, participantId }) => [name, participantId]),
  );

test("encrypted publications that are said to be in clear are told and never subscribed, from the start or later", async () => {
  const ben = await meeting.join("Ben");
  const subscribed = new Set<string>();
  meeting.lies = {
    ...flip(Encryption_Type.NONE),
    toSfu({ message }) {
      if (message.case !== "subscription" || !message.value.subscribe) return;
      for (const sid of message.value.trackSids) subscribed.add(sid);
    },
  };
  const ada = await meeting.join("Ada", deceived);
  const untold = { participantId: ben.id, isLocal: false, muted: false, status: "unencrypted", frames: 0 };
  const inClear = ["camera", "microphone"].map((source): unknown => expect.objectContaining({ ...untold, source }));
  await vi.waitFor(async () => expect(await remote(ada)).toEqual(expect.arrayContaining(inClear)), waiting);
  await delay(whileMs);
  expect(await remote(ada)).toEqual(expect.arrayContaining(inClear));
  expect([...subscribed]).toEqual([]);

  meeting.lies = {};
  meeting.pageOf(ada).repeatOthers();
  await ben.page.evaluate(() => meetingPage.meeting?.localMedia.setMicrophone(false));
  await expectToSee(ada, ben, "camera", "blue");
  meeting.lies = flip(Encryption_Type.NONE);
  await ben.page.evaluate(() => meetingPage.meeting?.localMedia.setMicrophone(true));
  await vi.waitFor(async () => expect((await remoteTrack(ada, ben, "camera"))?.status).toBe("unencrypted"), waiting);
});

test("a camera in clear under a roster member's identity that is said to be encrypted renders nothing", async () => {
  const { id, sessionId, identity } = await meeting.joinWithoutMedia("Ben");
  await meeting.publishInClear(sessionId, identity);
  meeting.lies = lieAboutOthers((others) => {
    for (const other of others.filter((each) => each.identity === identity)) {
      for (const track of other.tracks) track.encryption = Encryption_Type.GCM;
      // LiveKit's own worker takes what the last publication says for what all of that person are.
      const made = { sid: "TR_MADEUP", type: TrackType.AUDIO, source: TrackSource.MICROPHONE, mimeType: "audio/opus" };
      other.tracks.push(new TrackInfo({ ...made, encryption: Encryption_Type.NONE }));
    }
  });
  const ada = await meeting.join("Ada", deceived);
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
  meeting.lies = rename;
  const refused = await meeting.join("Ada", deceived).catch((error: unknown) => String(error));
  expect(refused).toContain("an identity that is not ours");

  meeting.lies = {};
  const ada = await meeting.join("Ada", deceived);
  meeting.lies = rename;
  meeting.pageOf(ada).tell({
    case: "leave",
    value: new LeaveRequest({ reason: DisconnectReason.STATE_MISMATCH, action: LeaveRequest_Action.RECONNECT }),
  });
  await vi.waitFor(
    async () => expect(await connectionOf(ada)).toEqual({ status: "ended", reason: "identity_mismatch" }),
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
  const ben = await meeting.join("Ben");
  await ben.page.evaluate(() => meetingPage.meeting?.localMedia.setScreenShare(true));
  const truth: [Person, string, Colour][] = [
    [ben, "camera", "blue"],
    [ben, "screen_share", "yellow"],
  ];
  const ada = await meeting.join("Ada", deceived);
  for (const [person, source, colour] of truth) await expectToSee(ada, person, source, colour);
  meeting.lies = swap;
  meeting.pageOf(ada).repeatOthers();
  await ben.page.evaluate(() => meetingPage.meeting?.localMedia.setMicrophone(false));
  await expectNothingMisplaced(ada, truth);
  await ada.page.evaluate(() => meetingPage.meeting?.leave());

  const again = await meeting.join("Ada", deceived);
  await vi.waitFor(
    async () => expect((await remoteTrack(again, ben, "camera"))?.status).toBe("undecryptable"),
    waiting,
  );
  await expectNothingMisplaced(again, truth);
});

test("two people who change places, from the start or later, are not shown under each other's name", async () => {
  const [ben, cid] = await Promise.all([meeting.join("Ben"), meeting.join("Cid")]);
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
    meeting.lies = {};
    const ada = await meeting.join("Ada", deceived);
    for (const [person, source, colour] of truth) await expectToSee(ada, person, source, colour);
    meeting.lies = lies;
    meeting.pageOf(ada).repeatOthers();
    await expectNothingMisplaced(ada, truth);
    await ada.page.evaluate(() => meetingPage.meeting?.leave());

    const again = await meeting.join("Ada", deceived);
    meeting.pageOf(again).repeatOthers();
    await expectNothingMisplaced(again, truth);
    await again.page.evaluate(() => meetingPage.meeting?.leave());
  }
});

test("data, names and people that only the SFU knows are ignored", async () => {
  const { id, sessionId, identity } = await meeting.joinWithoutMedia("Ben");
  const ada = await meeting.join("Ada", deceived);
  await meeting.publishInClear(sessionId, identity);
  await meeting.publishInClear(sessionId, "p_AAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAAA");
  meeting.lies = lieAboutOthers((others) => {
    for (const other of others) {
      other.name = "Mallory";
      other.metadata = JSON.stringify({ role: "host", name: "Mallory" });
    }
    const twin = others.find((each) => each.identity === identity)?.clone();
    if (twin) others.push(Object.assign(twin, { sid: "PA_TWIN" }));
  });
  meeting.pageOf(ada).repeatOthers();
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
  const ben = await meeting.join("Ben");
  const ada = await meeting.join("Ada", deceived);
  await expectToSee(ada, ben, "camera", "blue");
  await ada.page.evaluate(() => meetingPage.meeting?.leave());
  meeting.lies = lieAboutOthers((others) => {
    for (const { tracks } of others) {
      for (const track of tracks) {
        if (track.source === TrackSource.CAMERA) track.mimeType = "video/H265";
        else track.source = TrackSource.UNKNOWN;
      }
    }
  });
  const again = await meeting.join("Ada", deceived);
  await delay(whileMs);
  const known = (await remote(again)).map(({ source, colour }) => ({ source, colour }));
  // The frames say what codec they are, and authenticate as that: the SFU's word does not matter.
  expect(known).toEqual([{ source: "camera", colour: "blue" }]);
});

test("the SFU can silence a person and end their tracks, and cannot switch on what it or they switched off", async () => {
  const ben = await meeting.join("Ben");
  const sids: string[] = [];
  let camera = "";
  meeting.lies = {
    toPage({ message }) {
      if (message.case !== "trackPublished" || !message.value.track) return;
      const { sid, type } = message.value.track;
      sids.push(sid);
      if (type === TrackType.VIDEO) camera = sid;
    },
  };
  const ada = await meeting.join("Ada", deceived);
  await expectToSee(ben, ada, "camera", "red");
  await vi.waitFor(() => expect(sids).toHaveLength(2), waiting);

  // One after the other: the second is there before the first is done.
  for (const muted of [true, false]) mute(muted);
  await expectSilence({ stopped: true });
  await switchBoth(true);
  await expectToSee(ben, ada, "camera", "red");

  await switchBoth(false);
  await vi.waitFor(
    async () => expect(await remote(ben)).toEqual(expect.arrayContaining([off("camera"), off("microphone")])),
    waiting,
  );
  mute(false);
  await expectSilence({ stopped: false });
  expect(await remote(ben)).toEqual(expect.arrayContaining([off("camera"), off("microphone")]));

  await switchCamera(true);
  await expectToSee(ben, ada, "camera", "red");
  const value = new TrackUnpublishedResponse({ trackSid: camera });
  meeting.pageOf(ada).tell({ case: "trackUnpublished", value });
  await vi.waitFor(async () => {
    const { camera: state } = await stateOf(ada);
    expect(state).toMatchObject({ enabled: false, stopped: true });
  }, waiting);
  expect((await own(ada)).map(({ captures }) => captures)).toEqual([false]); // the microphone, muted
  await switchCamera(true);
  await expectToSee(ben, ada, "camera", "red");
  expect(await ada.page.evaluate(() => meetingPage.sending())).toMatchObject({ unsealed: 0, messages: 0 });

  function mute(muted: boolean): void {
    for (const sid of sids) meeting.pageOf(ada).tell({ case: "mute", value: new MuteTrackRequest({ sid, muted }) });
  }

  /** For a while both are off, on the device too, and the person is told so. */
  async function expectSilence({ stopped }: { stopped: boolean }): Promise<void> {
    const silent = { camera: { enabled: false, stopped }, microphone: { enabled: false, stopped } };
    await vi.waitFor(async () => expect(await stateOf(ada)).toMatchObject(silent), waiting);
    await delay(whileMs / 2);
    expect(await stateOf(ada)).toMatchObject(silent);
    const muted = { muted: true, captures: false };
    expect(await own(ada)).toEqual([muted, muted]);
  }

  async function switchBoth(on: boolean): Promise<void> {
    await switchCamera(on);
    await ada.page.evaluate((wanted) => meetingPage.meeting?.localMedia.setMicrophone(wanted), on);
  }

  async function switchCamera(on: boolean): Promise<void> {
    await ada.page.evaluate((wanted) => meetingPage.meeting?.localMedia.setCamera(wanted), on);
  }

  function off(source: string): unknown {
    return expect.objectContaining({ source, muted: true });
  }
});

/** What a page captures and has muted of its own. */
function own({ page }: Person): Promise<{ muted: boolean; captures: boolean }[]> {
  return page.evaluate(() =>
    meetingPage.meeting!.localMedia.tracks.get().map(({ muted, media }) => ({
      muted,
      captures: media?.mediaStreamTrack.readyState === "live" && media.mediaStreamTrack.enabled,
    })),
  );
}

function stateOf({ page }: Person) {
  return page.evaluate(() => meetingPage.meeting!.localMedia.state.get());
}
