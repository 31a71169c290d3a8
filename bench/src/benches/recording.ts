import { execFileSync } from "node:child_process";
import { cpus } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { smallCamera, startStack, type Stack } from "@sotto/dev-env";
import type { FetchRecordingsResult } from "@sotto/protocol";
import type { Page } from "playwright-core";
import { chromiumCpuSeconds } from "../cpuSeconds.ts";
import type { Report } from "../Report.ts";

/** Recordings at once, and people in each of their meetings. */
const cases = [
  { recordings: 1, people: 1 },
  { recordings: 1, people: 3 },
  { recordings: 2, people: 1 },
  { recordings: 4, people: 1 },
  { recordings: 6, people: 1 },
];
const measuredMs = 10_000;
const settleMs = 3_000;
const patienceMs = 60_000;
const framesPerSecond = 25;

interface Measured {
  recordings: number;
  people: number;
  coresPerRecording: number;
  /** Of the pictures there should be, those that are there; of the worst file. */
  framesPercent: number;
}

/**
 * What recordings cost: the CPU of the recorder's browsers, and whether all pictures get into the files. The people are
 * real pages with a small camera in a browser of their own on the same machine, whose CPU is not counted but shared.
 */
export async function benchRecording(): Promise<Report> {
  const measured: Measured[] = [];
  for (const { recordings, people } of cases) measured.push(await measure(recordings, people));
  return {
    bench: "recording",
    conditions: `1280x720 at ${framesPerSecond} pictures a second, small cameras, ${cpus().length} cores shared with the people's browsers and the servers`,
    columns: ["recordings at once, people in each", "cores per recording", "pictures that are there"],
    rows: measured.map(({ recordings, people, coresPerRecording, framesPercent }) => [
      `${recordings}, ${people}`,
      coresPerRecording.toFixed(2),
      `${framesPercent.toFixed(0)} %`,
    ]),
    figures: measured.flatMap(({ recordings, people, coresPerRecording, framesPercent }) => {
      const name = `${recordings} of ${people}`;
      return [
        { name: `${name}: cores`, value: coresPerRecording, unit: "" as const },
        { name: `${name}: pictures`, value: framesPercent, unit: "%" as const },
      ];
    }),
    notes: [
      "Where pictures are missing the machine has too little: fewer recordings at once, or a recorder elsewhere.",
    ],
  };
}

async function measure(recordings: number, people: number): Promise<Measured> {
  await using stack = await startStack({ web: true, config: { recording: { enabled: true, atOnce: recordings } } });
  await stack.browser({ args: [smallCamera(stack.folder)] });
  const hosts = await Promise.all(Array.from({ length: recordings }, (_, room) => meet(stack, `room-${room}`, people)));
  for (const host of hosts) await record(host);
  for (const host of hosts)
    await host
      .getByText(/^Recording since/)
      .first()
      .waitFor({ timeout: patienceMs });
  await delay(settleMs);
  const controlPlane = stack.nodes[0]?.pid ?? 0;
  const [before, startedAt] = [chromiumCpuSeconds(controlPlane), Date.now()];
  await delay(measuredMs);
  const cores = (chromiumCpuSeconds(controlPlane) - before) / ((Date.now() - startedAt) / 1000);
  for (const host of hosts) await host.getByRole("button", { name: "Stop recording" }).click();
  const files = await complete(stack, recordings);
  return {
    recordings,
    people,
    coresPerRecording: cores / recordings,
    framesPercent: Math.min(...files.map(framesPercentOf)),
  };
}

/** People in a room, the host first; gives the host's page. */
async function meet(stack: Stack, roomId: string, people: number): Promise<Page> {
  const pages: Page[] = [];
  for (let person = 0; person < people; person++) {
    const token = await stack.newJoinToken({ roomId, name: `Person ${person}`, host: person === 0 });
    const page = await stack.newPage(`/?access_token=${token}`, { locale: "en-US" });
    await page.getByLabel("Your camera picture").waitFor();
    await page.getByRole("button", { name: "Join now" }).click();
    await page.getByRole("toolbar", { name: "Meeting controls" }).waitFor();
    pages.push(page);
  }
  const [host] = pages;
  if (host === undefined) throw new Error("a meeting needs somebody");
  for (const page of pages.slice(1)) {
    const agree = page.getByRole("button", { name: "I agree" });
    void agree.click({ timeout: 0 }).catch(() => undefined); // once they are asked, or never
  }
  return host;
}

async function record(host: Page): Promise<void> {
  await host.getByRole("toolbar", { name: "Meeting controls" }).getByRole("button", { name: /^More/ }).click();
  await host.getByRole("menuitem", { name: "Recording and transcription" }).click();
  await host.getByRole("button", { name: "Record", exact: true }).click();
}

/** The files of so many recordings, once they are there. */
async function complete(stack: Stack, count: number): Promise<string[]> {
  for (const until = Date.now() + patienceMs; Date.now() < until; await delay(200)) {
    const answer = await stack.management.call("/recording/fetch", {});
    const { recordings_list: list = [] } = (answer["result"] ?? {}) as Partial<FetchRecordingsResult>;
    if (list.length === count)
      return list.map(({ file_path }) => join(stack.folder, "node-1", "recordings", file_path));
  }
  throw new Error(`there are not ${count} recordings in time`);
}

function framesPercentOf(file: string): number {
  const entries = ["-show_entries", "stream=nb_frames,duration", "-of", "csv=p=0", "-select_streams", "v:0"];
  const [seconds = 0, frames = 0] = execFileSync("ffprobe", ["-v", "error", ...entries, file], { encoding: "utf8" })
    .trim()
    .split(",")
    .map(Number);
  return (100 * frames) / (seconds * framesPerSecond);
}
