import { setTimeout as delay } from "node:timers/promises";
import type { MaliciousSfu } from "@sotto/dev-env";
import type { Page } from "playwright-core";
import { resemblance } from "../media/correlation.ts";
import { cameraPictures } from "../media/fakeCapture.ts";
import type { Replays } from "../media/inPage.ts";
import { observe, type Observation } from "../media/pages.ts";
import { compareFrames, type SharedBytes } from "../media/sharedBytes.ts";
import { until } from "../meetings/meetings.ts";
import { callEncrypted, collideTrackIds, unpublishOthers } from "./lies.ts";

/** The people of one room, each opened when it is their turn. */
export interface Cast {
  /** Receives everything, without a key, from the SFU as it is. */
  openSubscriber: () => Promise<Page>;
  /** Whom the SFU lies to: sends, and receives others. */
  openVictim: () => Promise<Page>;
  /** A member like the victim, to whom the SFU does not lie. */
  openMember: () => Promise<Page>;
  /** Somebody of the roster who sends in clear. */
  openClearPublisher: () => Promise<AsyncDisposable>;
}

/** What the SFU achieved. */
export interface Damage {
  /** What of the victim's frames, as they were before the encryption, reached the subscriber. */
  outgoing: SharedBytes;
  /** Video frames that arrived a second time. */
  replays: Replays;
  /** Of the camera in clear: video frames that reached the victim, and how far each decoded picture resembles it. */
  inClear: { frames: number; resemblances: number[] };
}

const readyTimeoutMs = 40_000;
const listenMs = 4_000;
const enoughFrames = 20;

/** Lets the SFU lie to one member of a room, in all the ways that make LiveKit's own worker leak. */
export async function lieToMembers(sfu: MaliciousSfu, cast: Cast): Promise<Damage> {
  await using cleanUp = new AsyncDisposableStack();
  cleanUp.defer(() => void (sfu.lies = {}));
  const opened = async (page: Page): Promise<Page> => {
    cleanUp.defer(() => page.context().close());
    return page;
  };
  sfu.lies = collideTrackIds();
  const subscriber = await opened(await cast.openSubscriber());
  const victim = await opened(await cast.openVictim());
  await victim.evaluate(() => sottoProof.watchReceived());
  await until("the victim's frames reach the subscriber", readyTimeoutMs, async () =>
    arrived(await observe(subscriber)),
  );
  const member = await opened(await cast.openMember());
  await until("the victim sees the member", readyTimeoutMs, async () => {
    const seen = await observe(victim);
    return pictures(seen).length > enoughFrames && seen.replays.repeated > enoughFrames;
  });
  const { replays } = await observe(victim);

  sfu.lies = unpublishOthers();
  sfu.page("").repeatOthers();
  for (const page of [victim, subscriber]) await page.evaluate(() => sottoProof.forgetFrames());
  await delay(listenMs);
  const [sent, got] = await Promise.all([observe(victim), observe(subscriber)]);
  const outgoing = compareFrames(frames(sent, "send"), frames(got, "receive"));

  sfu.lies = callEncrypted();
  await member.context().close();
  await victim.evaluate(() => sottoProof.forgetFrames());
  const before = (await observe(victim)).watched.map((track) => track.pictures.length);
  cleanUp.use(await cast.openClearPublisher());
  await until("the camera in clear reaches the victim", readyTimeoutMs, async () => arrived(await observe(victim)));
  await delay(listenMs);
  const seen = await observe(victim);
  const originals = cameraPictures();
  return {
    outgoing,
    replays,
    inClear: {
      frames: frames(seen, "receive").length,
      resemblances: seen.watched.flatMap((track, index) =>
        track.pictures.slice(before[index] ?? 0).map((picture) => resemblance(picture, originals)),
      ),
    },
  };
}

function frames({ tapped }: Observation, direction: "send" | "receive"): string[] {
  return tapped.filter((each) => each.direction === direction && each.kind === "video").flatMap((each) => each.frames);
}

function arrived(seen: Observation): boolean {
  return frames(seen, "receive").length > enoughFrames;
}

function pictures({ watched }: Observation): number[][] {
  return watched.flatMap((track) => track.pictures);
}
