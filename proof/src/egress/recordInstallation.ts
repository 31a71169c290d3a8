import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { launchChromium, startStack } from "@sotto/dev-env";
import { fakeCaptureFlags } from "../media/fakeCapture.ts";
import { WebhookListener } from "../webhooks/WebhookListener.ts";
import { plantedTarget, plantInPage, plantInServer, plantWebhooks, type Planted } from "./plants.ts";
import { requestedHosts } from "./netLog.ts";
import { ownAddresses } from "./namespaceScript.ts";
import { startAndStop } from "./npmStart.ts";
import { Recorder, type Recorded } from "./Recorder.ts";
import { holdWholeMeeting } from "./wholeMeeting.ts";

/** Everything that was recorded of an installation and its people in a network namespace. Times in seconds. */
export interface Report {
  /** `npm start` in this checkout, until the page is served, and its end. */
  npmStart: Recorded;
  /** An installation that starts and has nothing to do. */
  idle: Recorded;
  /** A whole meeting of two people on the real page. */
  meeting: Recorded & {
    views: string[];
    /** What the configured target of webhooks was told of it, in this order. */
    webhooks: string[];
    origin: string;
    pageHosts: string[];
    browserHosts: string[];
  };
  /** After its end, everybody gone. */
  afterwards: Recorded;
  /** What was planted, and what was recorded meanwhile. */
  control: Recorded & { planted: Planted[] };
}

const idleMs = 10_000;
/** A browser that finds whatever it looks for: what it may not look for is to be seen, not prevented. */
const openResolver = "--host-resolver-rules=";

/** Runs inside of the namespace: the folder for files, and where the report goes. */
const [folder = "", reportFile = ""] = process.argv.slice(2);

async function record(): Promise<Report> {
  await using recorder = await Recorder.start(join(folder, "packets.pcap"));
  const npmStart = await recorder.during(() => startAndStop(join(folder, "start")));

  await using cleanUp = new AsyncDisposableStack();
  const target = cleanUp.use(await WebhookListener.start());
  const started = Promise.withResolvers<Awaited<ReturnType<typeof startStack>>>();
  const idle = await recorder.during(async () => {
    // As on a server: open to the network, media at the address that people outside would use.
    const [nodeIp = ""] = ownAddresses;
    const webhooks = { urls: [target.url], allowedNetworks: ["127.0.0.1/32", `${plantedTarget}/32`] };
    const config = { server: { host: "0.0.0.0" }, livekit: { nodeIp }, webhooks };
    started.resolve(await startStack({ web: true, config }));
    await delay(idleMs);
  });
  const { origin, management } = cleanUp.use(await started.promise);

  const netLog = join(folder, "net-log.json");
  let views: string[] = [];
  let webhooks: string[] = [];
  const meeting = await recorder.during(async () => {
    const args = [...fakeCaptureFlags(folder), openResolver, `--log-net-log=${netLog}`];
    const browser = await launchChromium({ args });
    try {
      const held = await holdWholeMeeting(browser, origin, management);
      await target.hears(held.roomId, "room_finished");
      webhooks = target.eventsOf(held.roomId);
      views = held.views;
    } finally {
      await browser.close();
    }
  });
  const { pages, itself } = requestedHosts(netLog);
  const afterwards = await recorder.during(() => delay(idleMs));

  const planted: Planted[] = [];
  const control = await recorder.during(async () => {
    const browser = await launchChromium({ args: [openResolver] });
    try {
      // First: what a webhook does is seen while the others are waited for.
      planted.push(...(await plantWebhooks(management)));
      planted.push(...(await plantInServer()), ...(await plantInPage(browser, origin)));
    } finally {
      await browser.close();
    }
  });
  return {
    npmStart,
    idle,
    meeting: { ...meeting, views, webhooks, origin, pageHosts: [...pages], browserHosts: [...itself] },
    afterwards,
    control: { ...control, planted },
  };
}

writeFileSync(reportFile, JSON.stringify(await record()));
