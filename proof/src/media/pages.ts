import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { JoinAnswer } from "@sotto/protocol";
import type { Browser, Page } from "playwright-core";
import { columns, rows } from "./fakeCapture.ts";
import { installInPage, type InPageOptions, type Replays, type TappedFrames, type WatchedTrack } from "./inPage.ts";

/** What a page saw so far. */
export interface Observation {
  tapped: TappedFrames[];
  watched: WatchedTrack[];
  replays: Replays;
}

/** What is done to a page, beyond looking at it. */
export type Tampering = Pick<InPageOptions, "replays">;

const maxFrames = 600;
const joinTimeoutMs = 30_000;
/** Served to bare pages only, from this machine: the installation has no such path. */
const libraries = {
  "/sotto-proof/livekit-client.js": "livekit-client",
  "/sotto-proof/e2ee-worker.js": "livekit-client/e2ee-worker",
};
/** A document of the installation starts no worker that comes without its policy. */
const libraryHeaders = { "content-type": "text/javascript", "cross-origin-embedder-policy": "require-corp" };
export const libraryPath = "/sotto-proof/livekit-client.js" satisfies keyof typeof libraries;
export const workerPath = "/sotto-proof/e2ee-worker.js" satisfies keyof typeof libraries;
/** Any document of the installation: Chromium lets only what came from loopback connect to loopback. */
const documentPath = "/healthCheck";

/** A person with the page that the installation serves, who joins with camera and microphone on. */
export async function openSender(
  browser: Browser,
  origin: string,
  token: string,
  tampering: Tampering = {},
): Promise<Page> {
  const page = await newPage(browser, { graceMs: 1_000, ...tampering });
  await page.goto(`${origin}/?access_token=${token}`);
  await page.getByRole("button", { name: "Join now" }).click({ timeout: joinTimeoutMs });
  return page;
}

/** A bare livekit-client with somebody's media token, which subscribes to everything and knows of no encryption. */
export async function openSubscriber(browser: Browser, origin: string, media: JoinAnswer["media"]): Promise<Page> {
  const page = await openBarePage(browser, origin);
  await page.evaluate(async ({ url, token, script }) => {
    const { Room, RoomEvent } = (await import(script)) as typeof import("livekit-client");
    const room = new Room();
    room.on(RoomEvent.TrackSubscribed, (track) => {
      const element = track.attach();
      // The sender's echo cancellation would take what is played here for an echo.
      element.volume = 0;
      document.body.append(element);
      sottoProof.watch(track.mediaStreamTrack);
    });
    await room.connect(url, token);
  }, withLibrary(media));
  return page;
}

/** A bare livekit-client that sends camera and microphone and subscribes to nothing. */
export async function openPublisher(browser: Browser, origin: string, media: JoinAnswer["media"]): Promise<Page> {
  const page = await openBarePage(browser, origin);
  await page.evaluate(async ({ url, token, script }) => {
    const { Room } = (await import(script)) as typeof import("livekit-client");
    const room = new Room();
    await room.connect(url, token, { autoSubscribe: false });
    await room.localParticipant.enableCameraAndMicrophone();
  }, withLibrary(media));
  return page;
}

export function observe(page: Page): Promise<Observation> {
  return page.evaluate(() => sottoProof.collect());
}

async function newPage(browser: Browser, options: Pick<InPageOptions, "graceMs" | "replays">): Promise<Page> {
  const context = await browser.newContext({ locale: "en-GB", bypassCSP: true, permissions: ["camera", "microphone"] });
  await context.addInitScript(installInPage, { columns, rows, maxFrames, ...options });
  return context.newPage();
}

/** A page of the installation's origin that runs nothing but what we tell it to. */
export async function openBarePage(
  browser: Browser,
  origin: string,
  options: Pick<InPageOptions, "graceMs" | "replays"> = { graceMs: 0 },
): Promise<Page> {
  const page = await newPage(browser, options);
  for (const [path, module] of Object.entries(libraries)) {
    const body = readFileSync(fileURLToPath(import.meta.resolve(module)));
    await page.route(`${origin}${path}`, (route) => route.fulfill({ headers: libraryHeaders, body }));
  }
  await page.goto(`${origin}${documentPath}`);
  return page;
}

function withLibrary(media: JoinAnswer["media"]): { url: string; token: string; script: string } {
  if (media === null) throw new Error("this person may not connect to the SFU");
  return { ...media, script: libraryPath };
}
