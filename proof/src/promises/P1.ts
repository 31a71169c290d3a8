import { setTimeout as delay } from "node:timers/promises";
import type { ManagementApi } from "@sotto/dev-env";
import type { Browser, Page } from "playwright-core";
import type { Ledger } from "../Ledger.ts";
import { attackAsSfu } from "../maliciousSfu/attackAsSfu.ts";
import { envelopeResemblance, resemblance } from "../media/correlation.ts";
import { cameraPictures } from "../media/fakeCapture.ts";
import type { Loudness } from "../media/inPage.ts";
import { observe, openSender, openSubscriber, type Observation } from "../media/pages.ts";
import { compareFrames, describeFrames, type SharedBytes } from "../media/sharedBytes.ts";
import { until } from "../meetings/meetings.ts";
import { defineProof } from "../Proof.ts";
import { createRoom, join, newToken } from "../rooms.ts";

/** Long enough that an |r| of 0.2 between two unrelated sounds is no accident any more (0.04 s bins: 4.4 sigma). */
const minListenMs = 20_000;
/** A busy machine swallows sound: there is more time where the control hears too little. */
const maxListenMs = 60_000;
const listenStepMs = 5_000;
const sendingTimeoutMs = 30_000;
/** What the promise allows. */
const unrelated = 0.2;
/** What a plain room must reach, or the measurement is worth nothing. */
const related = 0.5;

const kinds = ["video", "audio"] as const;

/** Somebody with a valid media token and no key gets nothing of picture and sound that resembles the original. */
export const p1 = defineProof({
  promise: "P1",
  title: "without the key, relayed media is noise",
  needs: ["integrator"],
  async carryOut({ origin, browser: open, access }, ledger) {
    const browser = await open();
    const { management } = access.integrator;
    const [sealed, plain] = await Promise.all([
      openRoom(browser, origin, management, { encrypted: true }),
      openRoom(browser, origin, management, { encrypted: false }),
    ]);
    let heard = await listen(plain);
    for (const startMs = Date.now(); Date.now() < startMs + maxListenMs; heard = await listen(plain)) {
      if (Date.now() >= startMs + minListenMs && soundResemblance(heard) > related) break;
      await delay(listenStepMs);
    }
    judgePlain(heard, ledger);
    judgeSealed(await listen(sealed), ledger);
    for (const { roomId, pages } of [sealed, plain]) {
      for (const page of pages) await page.context().close();
      await management.demand("/room/endRoom", { room_id: roomId });
    }
    if (ledger.hasAccess("under an SFU that lies", ["secondNode", "maliciousSfu"], access)) {
      await attackAsSfu(browser, origin, { ...access, integrator: access.integrator }, ledger);
    }
  },
});

interface Room {
  roomId: string;
  /** The sender's and the subscriber's. */
  pages: readonly [Page, Page];
}

/** What the sender sent and what the subscriber got of it. */
interface Eavesdropping {
  sender: Observation;
  subscriber: Observation;
}

/** The subscriber is there before the sender joins, so that nothing of it is missed. */
async function openRoom(
  browser: Browser,
  origin: string,
  management: ManagementApi,
  options: { encrypted: boolean },
): Promise<Room> {
  const roomId = await createRoom(management, options);
  const { media } = await join(origin, await newToken(management, roomId));
  const subscriber = await openSubscriber(browser, origin, media);
  const sender = await openSender(browser, origin, await newToken(management, roomId));
  const room: Room = { roomId, pages: [sender, subscriber] };
  await until("the page sends and the subscriber receives", sendingTimeoutMs, async () => {
    const seen = await listen(room);
    return kinds.every((kind) => compare(seen, kind).sent > 0 && compare(seen, kind).arrived > 0);
  });
  await sender.evaluate(() => sottoProof.watchSent());
  return room;
}

async function listen({ pages: [sender, subscriber] }: Room): Promise<Eavesdropping> {
  return { sender: await observe(sender), subscriber: await observe(subscriber) };
}

function judgePlain(seen: Eavesdropping, ledger: Ledger): void {
  const rs = pictureResemblances(seen);
  const median = rs.toSorted((a, b) => a - b)[rs.length >> 1] ?? 0;
  ledger.noteControl("in a plain room the subscriber sees the picture", median > related, describeRs(rs, median));
  const r = soundResemblance(seen);
  ledger.noteControl("in a plain room the subscriber hears the sound", r > related, describeSound(seen, r));
  for (const kind of kinds) {
    const shared = compare(seen, kind);
    ledger.noteControl(`in a plain room ${kind} frames arrive as they were`, shared.equal > 0, describeFrames(shared));
  }
}

function judgeSealed(seen: Eavesdropping, ledger: Ledger): void {
  const rs = pictureResemblances(seen);
  const highest = Math.max(0, ...rs);
  ledger.note("pictures", highest < unrelated, describeRs(rs, highest));
  const r = soundResemblance(seen);
  ledger.note("sound", r < unrelated, describeSound(seen, r));
  for (const kind of kinds) {
    const shared = compare(seen, kind);
    ledger.note(`relayed ${kind}`, isOther(shared), describeFrames(shared));
  }
}

function frames({ tapped }: Observation, direction: "send" | "receive", kind: string): string[] {
  return tapped.filter((each) => each.direction === direction && each.kind === kind).flatMap((each) => each.frames);
}

function compare({ sender, subscriber }: Eavesdropping, kind: string) {
  return compareFrames(frames(sender, "send", kind), frames(subscriber, "receive", kind));
}

function isOther({ sent, arrived, equal, partlyEqual }: SharedBytes): boolean {
  return sent > 0 && arrived > 0 && equal === 0 && partlyEqual === 0;
}

/** Of every picture that the subscriber's browser decoded. */
function pictureResemblances({ subscriber }: Eavesdropping): number[] {
  const originals = cameraPictures();
  return subscriber.watched.flatMap(({ pictures }) => pictures.map((picture) => resemblance(picture, originals)));
}

/** Of the loudest of what the page sent to anything that the subscriber heard; 0 where it heard nothing at all. */
function soundResemblance({ sender, subscriber }: Eavesdropping): number {
  const said = sounds(sender);
  if (said.length === 0) throw new Error("the page sends no sound");
  return Math.max(0, ...said.flatMap((one) => sounds(subscriber).map((other) => envelopeResemblance(one, other))));
}

function sounds({ watched }: Observation): Loudness[] {
  return watched.flatMap(({ sound }) => (sound.values.length > 0 ? [sound] : []));
}

function describeRs(rs: readonly number[], figure: number): string {
  return `|r| ${figure.toFixed(2)} over ${rs.length} decoded pictures`;
}

function describeSound({ subscriber }: Eavesdropping, r: number): string {
  const pieces = sounds(subscriber).reduce((sum, { values }) => sum + values.length, 0);
  return `|r| ${r.toFixed(2)} over ${pieces} pieces of 10 ms`;
}
