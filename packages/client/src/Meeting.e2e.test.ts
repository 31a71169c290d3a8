import type { JoinAnswer, JoinRequest } from "@sotto/protocol";
import { servePage, startStack, type ServedPage, type Stack } from "@sotto/dev-env";
import { writeFileSync } from "node:fs";
import { join as joinPath } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from "vitest";
import { Meeting } from "./Meeting.ts";
import type { TrackReport } from "./testing/meetingPage.ts";
import { openMeetingPage } from "./testing/openMeetingPage.ts";
import { sfuOf } from "./testing/sfuOf.ts";

/** The SDK with media, in real Chromium pages around the real stack. */

let stack: Stack;
let served: ServedPage;
beforeAll(async () => {
  [stack, served] = await Promise.all([startStack(), servePage(new URL("testing/meetingPage.ts", import.meta.url))]);
  const speech = joinPath(stack.folder, "speech.wav");
  writeFileSync(speech, speechLikeWav());
  await stack.browser({ args: [`--use-file-for-fake-audio-capture=${speech}`] });
});
afterAll(async () => {
  await stack.stop();
  await served[Symbol.asyncDispose]();
});

/** Ten seconds of sound that a voice detector takes for speech: a buzz with syllables, 16-bit mono WAV at 16 kHz. */
function speechLikeWav(): Buffer {
  const rate = 16_000;
  const samples = 10 * rate;
  const wav = Buffer.alloc(44 + samples * 2);
  wav.write("RIFF");
  wav.writeUInt32LE(36 + samples * 2, 4);
  wav.write("WAVEfmt ", 8);
  wav.writeUInt32LE(16, 16);
  wav.writeUInt16LE(1, 20);
  wav.writeUInt16LE(1, 22);
  wav.writeUInt32LE(rate, 24);
  wav.writeUInt32LE(rate * 2, 28);
  wav.writeUInt16LE(2, 32);
  wav.writeUInt16LE(16, 34);
  wav.write("data", 36);
  wav.writeUInt32LE(samples * 2, 40);
  for (let index = 0; index < samples; index++) {
    const seconds = index / rate;
    const pitch = 140 + 40 * Math.sin(2 * Math.PI * 0.7 * seconds);
    const buzz = [1, 2, 3, 5, 8].reduce((sum, n) => sum + Math.sin(2 * Math.PI * pitch * n * seconds) / n, 0);
    const syllable = 0.6 + 0.4 * Math.sin(2 * Math.PI * 4 * seconds);
    wav.writeInt16LE(Math.round(8_000 * buzz * syllable), 44 + index * 2);
  }
  return wav;
}

let rooms = 0;
const newRoom = () => `media-${++rooms}`;

async function newPage(): Promise<Page> {
  const page = await openMeetingPage(await stack.browser(), stack.origin, served);
  return page.on("pageerror", (error) => console.error(error));
}

async function join(
  roomId: string,
  name: string,
  { host = false, microphone = true, camera = true }: { host?: boolean; microphone?: boolean; camera?: boolean } = {},
): Promise<Page> {
  const page = await newPage();
  const token = await stack.newJoinToken({ roomId, name, host });
  const options = { token, microphone, camera };
  await page.evaluate(
    ({ token: given, ...media }) => meetingPage.join({ kind: "token", token: given }, media),
    options,
  );
  return page;
}

const tracks = (page: Page) => page.evaluate(() => meetingPage.tracks());
const connection = (page: Page) => page.evaluate(() => meetingPage.meeting?.connection.get());
const waiting = { timeout: 20_000, interval: 100 };

async function remoteTrack(page: Page, source: string): Promise<TrackReport | undefined> {
  return (await tracks(page)).find((track) => !track.isLocal && track.source === source);
}

/** Pictures and sound of the other arrive now. */
async function expectToSeeAndHear(page: Page): Promise<void> {
  const before = await tracks(page);
  const framesBefore = (source: string) =>
    before.find((track) => !track.isLocal && track.source === source)?.frames ?? 0;
  for (const source of ["camera", "microphone"]) {
    await vi.waitFor(async () => {
      const track = await remoteTrack(page, source);
      expect(track, source).toMatchObject({ status: "live", muted: false });
      expect(track!.frames, source).toBeGreaterThan(framesBefore(source) + 5);
    }, waiting);
  }
}

test.each([true, false])("two people see and hear each other, with end-to-end encryption: %s", async (encrypted) => {
  const roomId = newRoom();
  await stack.createRoom({ roomId, features: { end_to_end_encryption_features: { is_enabled: encrypted } } });
  const [ada, ben] = await Promise.all([join(roomId, "Ada"), join(roomId, "Ben")]);
  await Promise.all([expectToSeeAndHear(ada), expectToSeeAndHear(ben)]);
  expect((await tracks(ada)).filter(({ isLocal }) => isLocal)).toHaveLength(2);
  const stats = await ada.evaluate(() => meetingPage.meeting!.encryptionStats());
  const framesOut = stats.filter((track) => track.participantId && track.framesOut > 0);
  const counted = framesOut.map(({ direction, source, trackId }) => `${direction} ${source} ${trackId !== null}`);
  const expected = ["receive camera true", "receive microphone true", "send camera false", "send microphone false"];
  expect(counted.toSorted()).toEqual(encrypted ? expected : []);
  await vi.waitFor(async () => {
    const speakers = await ada.evaluate(() => [...(meetingPage.meeting?.speakers.get() ?? [])]);
    expect(speakers).toHaveLength(2);
  }, waiting);
});

test("camera and microphone go off and on, the screen is shared, and others see it", async () => {
  const roomId = newRoom();
  const ada = await join(roomId, "Ada", { host: true });
  const ben = await join(roomId, "Ben", { microphone: false, camera: false });
  await expectToSeeAndHear(ben);
  await ada.evaluate(() => meetingPage.meeting?.localMedia.setCamera(false));
  await ada.evaluate(() => meetingPage.meeting?.localMedia.setMicrophone(false));
  for (const source of ["camera", "microphone"]) {
    await vi.waitFor(async () => expect(await remoteTrack(ben, source)).toMatchObject({ muted: true }), waiting);
  }
  await ada.evaluate(() =>
    Promise.all([meetingPage.meeting?.localMedia.setCamera(true), meetingPage.meeting?.localMedia.setMicrophone(true)]),
  );
  await expectToSeeAndHear(ben);
  const state = await ada.evaluate(() => meetingPage.meeting?.localMedia.state.get());
  expect(state).toMatchObject({
    camera: { enabled: true, pending: false, error: null },
    microphone: { enabled: true, pending: false, error: null },
  });
  expect(state?.devices.audioinput).toBeTruthy();
  expect(state?.devices.videoinput).toBeTruthy();

  await ada.evaluate(() => meetingPage.meeting?.localMedia.setScreenShare(true));
  expect(await ada.evaluate(() => meetingPage.meeting?.localMedia.state.get().screen)).toMatchObject({ enabled: true });
  await vi.waitFor(
    async () => expect(await remoteTrack(ben, "screen_share")).toMatchObject({ status: "live" }),
    waiting,
  );
  await ada.evaluate(() => meetingPage.meeting?.localMedia.setScreenShare(false));
  await vi.waitFor(async () => expect(await remoteTrack(ben, "screen_share")).toBeUndefined(), waiting);
});

test("somebody the SFU threw out takes a new seat under a new identity, and everybody sees everybody again", async () => {
  const roomId = newRoom();
  const ada = await join(roomId, "Ada");
  const ben = await join(roomId, "Ben");
  await expectToSeeAndHear(ada);
  const { sessionId, participantId } = (await ben.evaluate(() => meetingPage.meeting?.info))!;
  const { api } = sfuOf(stack);
  const before = (await api.listParticipants(sessionId)).find(({ identity }) => identity.startsWith(participantId))!;
  await api.removeParticipant(sessionId, before.identity);
  await vi.waitFor(async () => {
    const present = (await api.listParticipants(sessionId)).filter(({ identity }) =>
      identity.startsWith(participantId),
    );
    expect(present).toHaveLength(1);
    expect(present[0]!.identity).not.toBe(before.identity);
  }, waiting);
  await vi.waitFor(async () => expect(await connection(ben)).toEqual({ status: "connected" }), waiting);
  await Promise.all([expectToSeeAndHear(ada), expectToSeeAndHear(ben)]);
  expect(await ben.evaluate(() => meetingPage.states)).toContain("reconnecting");
  await ben.evaluate(() => meetingPage.meeting?.chat.send("still here"));
  await vi.waitFor(async () => {
    const texts = await ada.evaluate(() => meetingPage.meeting?.chat.messages.get().map(({ text }) => text));
    expect(texts).toEqual(["still here"]);
  }, waiting);
});

test("leaving turns camera and microphone off, and the tiles of others go", async () => {
  const roomId = newRoom();
  const ada = await join(roomId, "Ada");
  const ben = await join(roomId, "Ben");
  await expectToSeeAndHear(ada);
  const readyStates = await ben.evaluate(async () => {
    const own = meetingPage.meeting!.tracks.get().filter(({ isLocal }) => isLocal);
    const captured = own.map(({ media }) => media!.mediaStreamTrack);
    await meetingPage.meeting!.leave();
    return captured.map(({ readyState }) => readyState);
  });
  expect(readyStates).toEqual(["ended", "ended"]);
  expect(await tracks(ben)).toEqual([]);
  await vi.waitFor(async () => expect((await tracks(ada)).every(({ isLocal }) => isLocal)).toBe(true), waiting);
});

test("a device that cannot be had is told apart, and can be tried again", async () => {
  const page = await join(newRoom(), "Ada", { microphone: false, camera: false });
  const tryCamera = (errorName: string | null) =>
    page.evaluate(async (name) => {
      const devices = navigator.mediaDevices;
      const capture = devices.getUserMedia.bind(devices);
      if (name !== null) devices.getUserMedia = () => Promise.reject(new DOMException("", name));
      await meetingPage.meeting!.localMedia.setCamera(true);
      devices.getUserMedia = capture;
      return meetingPage.meeting!.localMedia.state.get().camera;
    }, errorName);
  const failed = { allowed: true, enabled: false, pending: false, stopped: false };
  expect(await tryCamera("NotAllowedError")).toEqual({ ...failed, error: "permission_denied" });
  expect(await tryCamera("NotFoundError")).toEqual({ ...failed, error: "no_device" });
  expect(await tryCamera("NotReadableError")).toEqual({ ...failed, error: "device_busy" });
  expect(await tryCamera(null)).toEqual({ ...failed, enabled: true, error: null });
  expect(await tracks(page)).toMatchObject([{ source: "camera", isLocal: true, muted: false }]);
});

test("an SFU that takes us for somebody else is left at once", async () => {
  const roomId = newRoom();
  await join(roomId, "Ada");
  const page = await newPage();
  const other = "p_AAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAAA";
  const { url, api, token } = sfuOf(stack);
  let sessionId = "";
  await page.route("**/api/join", async (route) => {
    const response = await route.fetch();
    const answer = (await response.json()) as JoinAnswer;
    sessionId = answer.sessionId;
    await route.fulfill({ response, json: { ...answer, media: { url, token: await token(sessionId, other) } } });
  });
  const joinToken = await stack.newJoinToken({ roomId, name: "Ben" });
  const joining = page.evaluate(
    (given) =>
      meetingPage.join({ kind: "token", token: given }).catch((error: unknown) => (error as { code: string }).code),
    joinToken,
  );
  expect(await joining).toBe("identity_mismatch");
  await vi.waitFor(async () => {
    const present = (await api.listParticipants(sessionId)).map(({ identity }) => identity);
    expect(present).toHaveLength(1);
    expect(present).not.toContain(other);
  }, waiting);
});

test("in an encrypted room, what is published in clear is told and never received; outsiders are not even told", async () => {
  const roomId = newRoom();
  const ada = await join(roomId, "Ada");
  let senderNonce = "";
  const ben = await Meeting.join({
    origin: stack.origin,
    credential: { kind: "token", token: await stack.newJoinToken({ roomId, name: "Ben" }) },
    media: null,
    fetch: (input, init) => {
      senderNonce = (JSON.parse(init?.body as string) as JoinRequest).senderNonce;
      return fetch(input, init);
    },
  });
  onTestFinished(() => ben.leave());
  const { sessionId, participantId } = ben.info;
  const { url, token } = sfuOf(stack);
  for (const identity of [`${participantId}.${senderNonce}`, "p_AAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAAA"]) {
    const rogue = await newPage();
    const given = { url, token: await token(sessionId, identity) };
    await rogue.evaluate((options) => meetingPage.publishInClear(options.url, options.token), given);
  }
  const inClear = {
    participantId,
    source: "camera",
    isLocal: false,
    muted: false,
    status: "unencrypted",
    frames: 0,
    colour: null,
  };
  const remote = async () => (await tracks(ada)).filter(({ isLocal }) => !isLocal);
  await vi.waitFor(async () => expect(await remote()).toEqual([inClear]), waiting);
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  expect(await remote()).toEqual([inClear]);
});
