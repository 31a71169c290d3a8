import { randomBytes } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { launchChromium, servePage, type ServedPage } from "@sotto/dev-env";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import type { JoinOptions, RemoteTrackReport } from "./pages/mediaCall.ts";
import { startSfu, type Sfu } from "./pages/startSfu.ts";

/** Our media encryption in real Chromium pages around a real SFU, with nothing of the control plane. */

const waiting = { timeout: 15_000, interval: 100 };

let sfu: Sfu;
let served: ServedPage;
let browser: Browser;

beforeAll(async () => {
  [sfu, served] = await Promise.all([startSfu(), servePage(new URL("pages/mediaCall.ts", import.meta.url))]);
  browser = await launchChromium();
});

afterAll(async () => {
  await browser?.close();
  await served?.[Symbol.asyncDispose]();
  await sfu?.[Symbol.asyncDispose]();
});

let sessionId: string;
let alice: string;
let bob: string;
let eve: string;

beforeEach(() => {
  sessionId = randomBytes(16).toString("base64url");
  [alice, bob, eve] = ["alice", "bob", "eve"].map((name) => `p_${name}.${randomBytes(16).toString("base64url")}`) as [
    string,
    string,
    string,
  ];
});

afterEach(async () => {
  for (const context of browser.contexts()) await context.close();
});

interface Variation {
  /** Other than 1: somebody without the session's key. */
  rootSeed?: number;
  holdsOwnKey?: boolean;
  /** As in other browsers. */
  hasOnlyScriptTransforms?: boolean;
}

/** A page that joined. */
async function join(identity: string, roster: string[], variation: Variation = {}): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  if (variation.hasOnlyScriptTransforms) await page.addInitScript(removeEncodedStreams);
  page.on("pageerror", (error) => console.error(identity, error));
  await page.goto(served.url);
  const token = await sfu.token(sessionId, identity);
  const { rootSeed = 1, holdsOwnKey = false } = variation;
  const options: JoinOptions = { url: sfu.url, token, identity, sessionId, rootSeed, roster, holdsOwnKey };
  await page.evaluate((given) => joinCall(given), options);
  return page;
}

function removeEncodedStreams(): void {
  for (const { prototype } of [RTCRtpSender, RTCRtpReceiver]) Reflect.deleteProperty(prototype, "createEncodedStreams");
}

async function publishBoth(page: Page, codec: "vp8" | "vp9" | "h264" | "av1" = "vp8"): Promise<void> {
  await page.evaluate((given) => call.publishCamera(given), codec);
  await page.evaluate(() => call.room.localParticipant.setMicrophoneEnabled(true));
}

function report(page: Page): Promise<RemoteTrackReport[]> {
  return page.evaluate(() => call.report());
}

async function trackOf(page: Page, identity: string, source: string): Promise<RemoteTrackReport | undefined> {
  return (await report(page)).find((track) => track.identity === identity && track.source === source);
}

/** Waits until `page` renders new frames (or hears sound) of that track, and says it is fine. */
async function expectLive(page: Page, identity: string, source: string): Promise<void> {
  const before = await trackOf(page, identity, source);
  const grown = (now: RemoteTrackReport | undefined): boolean =>
    now !== undefined &&
    (now.framesDecoded > (before?.framesDecoded ?? 0) + 10 || now.audioEnergy > (before?.audioEnergy ?? 0));
  await expect.poll(async () => grown(await trackOf(page, identity, source)), waiting).toBe(true);
  expect(await trackOf(page, identity, source)).toMatchObject({ isEncrypted: true, state: "ok" });
}

test("two people see and hear each other; somebody without the key renders nothing", async () => {
  const [atAlice, atBob, atEve] = await Promise.all([
    join(alice, [bob]),
    join(bob, [alice]),
    join(eve, [alice, bob], { rootSeed: 2 }),
  ]);
  await Promise.all([publishBoth(atAlice), publishBoth(atBob)]);
  await Promise.all([
    expectLive(atAlice, bob, "camera"),
    expectLive(atAlice, bob, "microphone"),
    expectLive(atBob, alice, "camera"),
    expectLive(atBob, alice, "microphone"),
  ]);
  await expect
    .poll(async () => (await report(atEve)).map(({ state }) => state), waiting)
    .toEqual(Array(4).fill("undecryptable"));
  for (const track of await report(atEve)) expect(track).toMatchObject({ framesDecoded: 0, audioEnergy: 0 });
});

test("mute, unmute, unpublish, publish again, screen share", async () => {
  const [atAlice, atBob] = await Promise.all([join(alice, [bob]), join(bob, [alice])]);
  await publishBoth(atAlice);
  await expectLive(atBob, alice, "camera");
  await expectLive(atBob, alice, "microphone");

  await atAlice.evaluate(() => call.room.localParticipant.setCameraEnabled(false));
  await atAlice.evaluate(() => call.room.localParticipant.setMicrophoneEnabled(false));
  await delay(1500);
  await atAlice.evaluate(() => call.room.localParticipant.setCameraEnabled(true));
  await atAlice.evaluate(() => call.room.localParticipant.setMicrophoneEnabled(true));
  await expectLive(atBob, alice, "camera");
  await expectLive(atBob, alice, "microphone");

  await atAlice.evaluate(() => call.unpublish("camera"));
  await expect.poll(() => trackOf(atBob, alice, "camera"), waiting).toBeUndefined();
  await publishBoth(atAlice);
  await expectLive(atBob, alice, "camera");

  await atAlice.evaluate(() => call.shareScreen());
  await expectLive(atBob, alice, "screen_share");
  await expectLive(atBob, alice, "camera");
  const states = await atBob.evaluate(() => call.events.flatMap((e) => (e.kind === "track" ? [e.state] : [])));
  expect(states).not.toContain("undecryptable");
});

test.each(["h264", "vp9", "av1"] as const)("%s", async (codec) => {
  const [atAlice, atBob] = await Promise.all([join(alice, [bob]), join(bob, [alice])]);
  await publishBoth(atAlice, codec);
  await expectLive(atBob, alice, "camera");
  expect((await trackOf(atBob, alice, "camera"))?.codec.toLowerCase()).toBe(`video/${codec}`);
});

test.each(["resume-reconnect", "full-reconnect"] as const)("%s", async (scenario) => {
  const [atAlice, atBob] = await Promise.all([join(alice, [bob]), join(bob, [alice])]);
  await publishBoth(atAlice);
  await expectLive(atBob, alice, "camera");
  await atAlice.evaluate((name) => call.room.simulateScenario(name), scenario);
  await delay(1500);
  await expectLive(atBob, alice, "camera");
  await expectLive(atBob, alice, "microphone");
  expect(await atBob.evaluate(() => call.events.some(({ kind }) => kind === "failed"))).toBe(false);
  const sent = await atAlice.evaluate(async () =>
    (await call.encryption.stats()).flatMap(({ direction, origin }) => (direction === "send" ? [origin?.source] : [])),
  );
  expect(new Set(sent)).toEqual(new Set(["camera", "microphone"]));
  expect(sent).toHaveLength(2);
});

test("nothing leaves before the own key is here", async () => {
  const [atAlice, atBob] = await Promise.all([join(alice, [bob], { holdsOwnKey: true }), join(bob, [alice])]);
  await publishBoth(atAlice);
  await delay(2000);
  expect(await atAlice.evaluate(() => call.packetsSent())).toBe(0);
  await atAlice.evaluate(() => call.releaseOwnKey());
  await expectLive(atBob, alice, "camera");
  await expectLive(atBob, alice, "microphone");
});

test("the own media goes on over a new epoch; the old one opens nothing after it was retired", async () => {
  const [atAlice, atBob] = await Promise.all([join(alice, [bob]), join(bob, [alice])]);
  await publishBoth(atAlice);
  await expectLive(atBob, alice, "camera");
  for (const page of [atAlice, atBob]) await page.evaluate(() => call.nextEpoch(1, "stage"));
  await expectLive(atBob, alice, "camera");
  await atAlice.evaluate(() => call.nextEpoch(1, "activate"));
  await atBob.evaluate(() => call.nextEpoch(1, "retire"));
  await expectLive(atBob, alice, "camera");
  await expectLive(atBob, alice, "microphone");
  for (const page of [atAlice, atBob]) await page.evaluate(() => call.nextEpoch(2, "stage"));
  await atBob.evaluate(() => call.nextEpoch(2, "retire"));
  await expect.poll(() => trackOf(atBob, alice, "camera"), waiting).toMatchObject({ state: "undecryptable" });
  await atAlice.evaluate(() => call.nextEpoch(2, "activate"));
  await expectLive(atBob, alice, "camera");
});

test("somebody who was expelled is not seen any more", async () => {
  const [atAlice, atBob] = await Promise.all([join(alice, [bob]), join(bob, [alice])]);
  await publishBoth(atAlice);
  await expectLive(atBob, alice, "camera");
  await atBob.evaluate((identity) => call.encryption.expel(identity), alice);
  await expect.poll(() => trackOf(atBob, alice, "camera"), waiting).toMatchObject({ state: "undecryptable" });
  const frozen = await trackOf(atBob, alice, "camera");
  await delay(1000);
  expect((await trackOf(atBob, alice, "camera"))?.framesDecoded).toBe(frozen?.framesDecoded);
});

test("a Chromium whose frames could pass by a transform is refused", async () => {
  await expect(join(alice, [bob], { hasOnlyScriptTransforms: true })).rejects.toThrow("no encoded transforms");
});

test("an SFU that calls the camera a screen share gets nothing rendered", async () => {
  const [atAlice, atBob] = await Promise.all([join(alice, [bob]), join(bob, [alice])]);
  await atBob.evaluate(() => call.lieAboutSource("camera", "screen_share"));
  await publishBoth(atAlice);
  await expectLive(atBob, alice, "microphone");
  await expect
    .poll(() => trackOf(atBob, alice, "screen_share"), waiting)
    .toMatchObject({ state: "undecryptable", framesDecoded: 0 });
});
