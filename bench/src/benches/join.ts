import { cpus } from "node:os";
import { servePage, startStack, type Stack } from "@sotto/dev-env";
import type { Browser, Page } from "playwright-core";
import { bareSfuOf } from "../bareSfu.ts";
import { watchFirstFrame } from "../pages/watchFirstFrame.ts";
import { percentile, type Report } from "../Report.ts";

const joinsPerSide = 25;
const warmUps = 2;
const settleMs = 500;
/** The person who is there before has published by then. */
const publishMs = 4_000;

/** Milliseconds from the click on Join to each phase; the first frame is on both sides measured in the same way. */
type Phases = Record<string, number>;

interface Side {
  /** Opens a fresh page that is ready to be clicked. */
  open(): Promise<Page>;
  phases(page: Page): Promise<Phases>;
}

/**
 * Click on Join to first decoded remote frame: the real page in an encrypted room, and a bare livekit-client page in a
 * room without encryption, on the same SFU, in turns. In each room one other person sends camera and microphone.
 */
export async function benchJoin(): Promise<Report> {
  await using stack = await startStack({ web: true });
  await using bareCall = await servePage(new URL("../pages/bareCall.ts", import.meta.url));
  const browser = await stack.browser();
  const sotto = sottoSide(stack, browser);
  const bare = await bareSide(stack, browser, bareCall.url);
  for (const side of [sotto, bare]) await (await clickJoin(await side.open())).waitForTimeout(publishMs);

  const measured = { sotto: [] as Phases[], bare: [] as Phases[] };
  for (let round = -warmUps; round < joinsPerSide; round++) {
    // The order changes every round, so that neither side always follows the other.
    for (const name of round % 2 === 0 ? (["sotto", "bare"] as const) : (["bare", "sotto"] as const)) {
      const side = { sotto, bare }[name];
      const page = await side.open();
      await clickJoin(page);
      await page.waitForFunction(() => !Number.isNaN(firstFrame.firstFrameAt), undefined, { timeout: 20_000 });
      const phases = await side.phases(page);
      if (round >= 0) measured[name].push(phases);
      await page.context().close();
      await new Promise((resolve) => setTimeout(resolve, settleMs));
    }
  }
  return report(measured.sotto, measured.bare);
}

async function clickJoin(page: Page): Promise<Page> {
  await page.waitForTimeout(settleMs);
  await page.getByRole("button", { name: /^join/i }).click();
  return page;
}

function sottoSide(stack: Stack, browser: Browser): Side {
  return {
    async open() {
      const page = await newPage(browser);
      const token = await stack.newJoinToken({ roomId: "bench", userId: crypto.randomUUID() });
      await page.goto(`${stack.origin}/?access_token=${token}`);
      await page.waitForFunction(() => [...document.querySelectorAll("video")].some((video) => video.videoWidth > 0));
      return page;
    },
    phases: (page) =>
      page.evaluate(() => {
        const { clickedAt, firstFrameAt } = firstFrame;
        const since = ({ startTime }: PerformanceEntry) => startTime - clickedAt;
        const marks = performance.getEntriesByType("mark").filter(({ name }) => name.startsWith("sotto:"));
        const [join] = performance.getEntriesByType("resource").filter(({ name }) => name.endsWith("/api/join"));
        return {
          ...(join && { "API answered": since(join) + join.duration }),
          ...Object.fromEntries(marks.map((mark) => [mark.name.slice("sotto:".length), since(mark)])),
          "first frame": firstFrameAt - clickedAt,
        };
      }),
  };
}

async function bareSide(stack: Stack, browser: Browser, pageUrl: string): Promise<Side> {
  const sfu = bareSfuOf(stack);
  await sfu.createRoom("bare");
  return {
    async open() {
      const page = await newPage(browser);
      const token = await sfu.token("bare", crypto.randomUUID());
      await page.goto(pageUrl);
      await page.evaluate(([address, jwt]) => prepareBareCall(address, jwt), [sfu.url, token] as const);
      return page;
    },
    phases: (page) =>
      page.evaluate(() => {
        const { clickedAt, firstFrameAt } = firstFrame;
        const [connected] = performance.getEntriesByName("connected");
        return {
          "media-connected": (connected?.startTime ?? Number.NaN) - clickedAt,
          "first frame": firstFrameAt - clickedAt,
        };
      }),
  };
}

async function newPage(browser: Browser): Promise<Page> {
  const context = await browser.newContext({ permissions: ["camera", "microphone"] });
  const page = await context.newPage();
  await page.addInitScript(watchFirstFrame);
  return page;
}

function report(sotto: Phases[], bare: Phases[]): Report {
  const names = Object.keys(sotto[0] ?? {}).toSorted((a, b) => p(sotto, a, 50) - p(sotto, b, 50));
  const ratios = {
    p50: p(sotto, "first frame", 50) / p(bare, "first frame", 50),
    p95: p(sotto, "first frame", 95) / p(bare, "first frame", 95),
  };
  const cell = (phases: Phases[], name: string, rank: number) =>
    phases[0]?.[name] === undefined ? "" : `${p(phases, name, rank).toFixed(0)} ms`;
  return {
    bench: "join",
    conditions: `click on Join to first decoded remote frame, ${sotto.length} joins each in turns, ${cpus().length} cores`,
    columns: ["since the click", "Sotto p50", "Sotto p95", "bare p50", "bare p95"],
    rows: [
      ...names.map((name) => [
        name,
        cell(sotto, name, 50),
        cell(sotto, name, 95),
        cell(bare, name, 50),
        cell(bare, name, 95),
      ]),
      ["ratio", `${ratios.p50.toFixed(2)}x`, `${ratios.p95.toFixed(2)}x`, "", ""],
    ],
    figures: [
      ...names.flatMap((name) =>
        [50, 95].map((rank) => ({ name: `sotto ${name} p${rank}`, value: p(sotto, name, rank), unit: "ms" as const })),
      ),
      { name: "bare first frame p50", value: p(bare, "first frame", 50), unit: "ms" },
      { name: "bare first frame p95", value: p(bare, "first frame", 95), unit: "ms" },
      { name: "ratio p50", value: ratios.p50, unit: "x" },
      { name: "ratio p95", value: ratios.p95, unit: "x" },
    ],
    notes: [
      "Bare: livekit-client with a ready-made token, no API, no NATS, no encryption, straight to the SFU's port.",
    ],
  };
}

function p(phases: Phases[], name: string, rank: number): number {
  return percentile(
    phases.map((phase) => phase[name] ?? Number.NaN).filter((value) => !Number.isNaN(value)),
    rank,
  );
}
