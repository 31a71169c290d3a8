import { randomBytes } from "node:crypto";
import { cpus } from "node:os";
import { launchChromium, servePage, startStack } from "@sotto/dev-env";
import type { Browser, Page } from "playwright-core";
import { bareSfuOf, type BareSfu } from "../bareSfu.ts";
import { chromiumCpuSeconds } from "../cpuSeconds.ts";
import type { CallOptions, Encryption, ReceivedPicture } from "../pages/encryptedCall.ts";
import { percentile, type Figure, type Report } from "../Report.ts";

const encryptions: readonly Encryption[] = ["none", "livekit", "sotto"];
const names: Record<Encryption, string> = { none: "none", livekit: "LiveKit's worker", sotto: "Sotto's cryptor" };
const firstFrameJoins = 20;
/** What two cores can bear in one browser even without encryption: nine people send and receive 72 pictures and sounds. */
const meetings = [
  { size: 4, framesPerSecond: 15, sound: true },
  { size: 9, framesPerSecond: 3, sound: true },
];
const framesPerSecond = 15;
const settleMs = 6_000;
const measureMs = 10_000;
const rotations = 50;
/** The sound of nine would hide what a rotation costs. */
const rotationMeetings = [
  { size: 3, framesPerSecond: 30, sound: true },
  { size: 9, framesPerSecond: 5, sound: false },
];
const rotationPauseMs = 400;
const derivations = 5;

/** How many people, and what each of them sends. */
interface BenchMeeting extends Pick<CallOptions, "framesPerSecond" | "sound"> {
  size: number;
}

/** What every part of the bench works with. */
interface Bench {
  sfu: BareSfu;
  pageUrl: string;
}

/**
 * What the encryption of media costs: ours, LiveKit's own worker and none, side by side on one SFU with the same page,
 * which has nothing else of Sotto. Every person sends a picture and sound and receives everybody else's.
 */
export async function benchE2ee(): Promise<Report> {
  await using stack = await startStack();
  await using page = await servePage(new URL("../pages/encryptedCall.ts", import.meta.url));
  const bench = { sfu: bareSfuOf(stack), pageUrl: page.url };

  const firstFrames = await measureFirstFrames(bench);
  const noneP50 = percentile(firstFrames.none, 50);
  const rows: string[][] = [];
  const figures: Figure[] = [];
  for (const encryption of encryptions) {
    const [p50, p95] = [percentile(firstFrames[encryption], 50), percentile(firstFrames[encryption], 95)];
    rows.push([
      `first frame, ${names[encryption]}`,
      `${ms(p50)} p50`,
      `${ms(p95)} p95`,
      `${(p50 / noneP50).toFixed(2)}x`,
      "",
    ]);
    figures.push({ name: `first frame ${encryption} p50`, value: p50, unit: "ms" });
    figures.push({ name: `first frame ${encryption} ratio`, value: p50 / noneP50, unit: "x" });
  }
  for (const meeting of meetings) {
    const { size } = meeting;
    for (const encryption of encryptions) {
      const load = await measureLoad(bench, meeting, encryption);
      rows.push([
        `${size} people, ${names[encryption]}`,
        `${load.framesPerSecond.toFixed(1)} of ${meeting.framesPerSecond} frames/s`,
        `${ms(load.delayP50Ms)} delay`,
        `${load.cpuPercent.toFixed(0)} % CPU each`,
        load.perFrame ? `${load.perFrame.seal.toFixed(2)} + ${load.perFrame.open.toFixed(2)} ms a frame` : "",
      ]);
      const prefix = `${size} people ${encryption}`;
      figures.push({ name: `${prefix} frames`, value: load.framesPerSecond, unit: "/s" });
      figures.push({ name: `${prefix} delay p50`, value: load.delayP50Ms, unit: "ms" });
      figures.push({ name: `${prefix} CPU each`, value: load.cpuPercent, unit: "%" });
      if (load.perFrame) {
        figures.push({ name: `${prefix} seal`, value: load.perFrame.seal, unit: "ms" });
        figures.push({ name: `${prefix} open`, value: load.perFrame.open, unit: "ms" });
      }
    }
  }
  for (const meeting of rotationMeetings) {
    const { size, framesPerSecond: sent } = meeting;
    const { still, rotating } = await measureRotation(bench, meeting);
    rows.push([
      `${rotations} rotations, ${size} people, ${sent} frames/s`,
      `${ms(Math.max(...rotating))} longest gap`,
      `${ms(percentile(rotating, 50))} p50`,
      `${ms(Math.max(...still))} without rotation`,
      "",
    ]);
    figures.push({ name: `rotation gap ${size} people`, value: Math.max(...rotating), unit: "ms" });
    figures.push({ name: `gap without rotation ${size} people`, value: Math.max(...still), unit: "ms" });
  }
  const derivationMs = await measureDerivation(bench);
  rows.push([
    "Argon2id of a passphrase",
    `${ms(percentile(derivationMs, 50))} p50`,
    `${ms(Math.max(...derivationMs))} worst`,
    "",
    "",
  ]);
  figures.push({ name: "Argon2id p50", value: percentile(derivationMs, 50), unit: "ms" });
  return {
    bench: "e2ee",
    conditions: `320x180 VP8 and Opus, first frame of ${firstFrameJoins} joins each in turns, with ${framesPerSecond} frames/s, ${cpus().length} cores shared by all browsers and the SFU`,
    columns: ["", "", "", "", ""],
    rows,
    figures,
    notes: [
      "Delay: from drawing a picture to reading it from the decoded frame on the other side. CPU: of a core, all of Chromium divided by the people. A gap is the longest time without a readable frame of any picture.",
    ],
  };
}

const ms = (value: number) => `${value.toFixed(0)} ms`;

const newIdentity = () => `p_${randomBytes(12).toString("base64url")}.${randomBytes(16).toString("base64url")}`;

/** A room with this many people in one browser, each in a page of their own. */
async function fillRoom(
  { sfu, pageUrl }: Bench,
  browser: Browser,
  options: BenchMeeting & Pick<CallOptions, "encryption"> & { extra?: number },
): Promise<{ pages: Page[]; spare: (() => Promise<{ page: Page; join: () => Promise<number> }>)[] }> {
  const { size, extra = 0, encryption } = options;
  const room = `bench-${randomBytes(6).toString("hex")}`;
  await sfu.createRoom(room);
  const identities = Array.from({ length: size + extra }, newIdentity);
  const open = async (identity: string, publish: boolean) => {
    const context = await browser.newContext({ permissions: ["microphone"] });
    const page = await context.newPage();
    await page.goto(pageUrl);
    const token = await sfu.token(room, identity);
    const call: CallOptions = { ...options, url: sfu.url, token, identity, identities, encryption, publish };
    return { page, join: () => page.evaluate((given) => globalThis.call.join(given), call) };
  };
  const people = await Promise.all(identities.slice(0, size).map((identity) => open(identity, true)));
  const joined = people.map(({ join }) => join());
  // The first of them alone in the room waits for a picture until others come.
  if (size > 1) await Promise.all(joined);
  return {
    pages: people.map(({ page }) => page),
    spare: identities.slice(size).map((identity) => () => open(identity, false)),
  };
}

/** Milliseconds from joining to the first readable picture, in turns, each with a fresh page and identity. */
async function measureFirstFrames(bench: Bench): Promise<Record<Encryption, number[]>> {
  const measured: Record<Encryption, number[]> = { none: [], livekit: [], sotto: [] };
  const browser = await launchChromium();
  try {
    const rooms = new Map<Encryption, Awaited<ReturnType<typeof fillRoom>>>();
    for (const encryption of encryptions) {
      rooms.set(
        encryption,
        await fillRoom(bench, browser, {
          size: 2,
          framesPerSecond,
          sound: true,
          extra: firstFrameJoins + 1,
          encryption,
        }),
      );
    }
    for (let round = 0; round <= firstFrameJoins; round++) {
      for (const encryption of encryptions) {
        const person = await rooms.get(encryption)?.spare[round]?.();
        if (!person) throw new Error("nobody left to join");
        const took = await person.join();
        if (round > 0) measured[encryption].push(took); // the first one warms up
        await person.page.context().close();
      }
    }
  } finally {
    await browser.close();
  }
  return measured;
}

async function measureLoad(bench: Bench, meeting: BenchMeeting, encryption: Encryption) {
  const { size } = meeting;
  const browser = await launchChromium();
  try {
    const { pages } = await fillRoom(bench, browser, { ...meeting, encryption });
    await pages[0]?.waitForTimeout(settleMs);
    const cpuBefore = chromiumCpuSeconds();
    const pictures = (await receiveAll(pages, measureMs)).flat();
    const cpuSeconds = chromiumCpuSeconds() - cpuBefore;
    if (pictures.length !== size * (size - 1)) throw new Error(`${pictures.length} pictures of ${size} people`);
    return {
      framesPerSecond: mean(pictures.map(({ frames }) => frames)) / (measureMs / 1000),
      delayP50Ms: percentile(
        pictures.flatMap(({ delaysMs }) => delaysMs),
        50,
      ),
      cpuPercent: (100 * cpuSeconds) / (measureMs / 1000) / size,
      perFrame: (await pages[0]?.evaluate(() => call.millisecondsPerFrame())) ?? null,
    };
  } finally {
    await browser.close();
  }
}

/** The longest gap of every picture, with staged rotations and, before, without. */
async function measureRotation(bench: Bench, meeting: BenchMeeting): Promise<{ still: number[]; rotating: number[] }> {
  const browser = await launchChromium();
  try {
    const { pages } = await fillRoom(bench, browser, { ...meeting, encryption: "sotto" });
    await pages[0]?.waitForTimeout(settleMs);
    const still = (await receiveAll(pages, measureMs)).flat();
    const began = performance.now();
    // Long enough for all of them; gaps are looked at afterwards.
    const receiving = receiveAll(pages, rotations * rotationPauseMs * 1.5);
    for (let epoch = 1; epoch <= rotations; epoch++) {
      await Promise.all(pages.map((page) => page.evaluate((each) => call.stage(each), epoch)));
      await Promise.all(pages.map((page) => page.evaluate((each) => call.activate(each), epoch)));
      const nextAt = began + epoch * rotationPauseMs;
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, nextAt - performance.now())));
    }
    const rotating = (await receiving).flat();
    return { still: gaps(still), rotating: gaps(rotating) };
  } finally {
    await browser.close();
  }
}

async function measureDerivation({ pageUrl }: Bench): Promise<number[]> {
  const browser = await launchChromium();
  try {
    const page = await browser.newPage();
    await page.goto(pageUrl);
    const measured: number[] = [];
    for (let round = 0; round < derivations; round++) measured.push(await page.evaluate(() => call.derivePassphrase()));
    return measured;
  } finally {
    await browser.close();
  }
}

function receiveAll(pages: readonly Page[], durationMs: number): Promise<ReceivedPicture[][]> {
  return Promise.all(pages.map((page) => page.evaluate((duration) => call.receive(duration), durationMs)));
}

const gaps = (pictures: readonly ReceivedPicture[]) => pictures.map(({ longestGapMs }) => longestGapMs);

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
