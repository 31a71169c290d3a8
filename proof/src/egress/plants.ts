import { setTimeout as delay } from "node:timers/promises";
import type { ManagementApi } from "@sotto/dev-env";
import type { Browser } from "playwright-core";
import { createRoom } from "../rooms.ts";

/** Something that tries to leave on purpose, and what a recorder has to see of it. */
export interface Planted {
  what: string;
  /** As `describePacket` says it; the beginning is enough. */
  seenAs: string;
}

const settleMs = 3_000;
/** Of a webhook that nobody asked for; the installation's configuration lets one be sent there. */
export const plantedTarget = "198.51.100.10";

/** What a server would do that calls home. */
export async function plantInServer(): Promise<Planted[]> {
  const signal = AbortSignal.timeout(settleMs);
  const asked = ["http://telemetry.planted.test/", "http://198.51.100.7/", "http://[2001:db8:7::7]/"];
  await Promise.allSettled(asked.map((url) => fetch(url, { signal })));
  return [
    { what: "a lookup by Node", seenAs: "udp 192.0.2.53:53 (looking up telemetry.planted.test)" },
    { what: "a connection by Node", seenAs: "tcp 198.51.100.7:80 (connecting)" },
    { what: "a connection over IPv6 by Node", seenAs: "tcp [2001:db8:7::7]:80 (connecting)" },
  ];
}

/** What the server's own webhooks would do if they went elsewhere: they are on their way when this resolves. */
export async function plantWebhooks(management: ManagementApi): Promise<Planted[]> {
  for (const webhookUrl of [`http://${plantedTarget}/hook`, "http://webhook.planted.test/hook"]) {
    await createRoom(management, { encrypted: true, webhookUrl });
  }
  return [
    { what: "a webhook to an address that was not configured", seenAs: `tcp ${plantedTarget}:80 (connecting)` },
    { what: "a webhook's lookup", seenAs: "udp 192.0.2.53:53 (looking up webhook.planted.test)" },
  ];
}

/**
 * What a page would do that was tampered with. The policy of the page stands in the way of the first two, which is what
 * other tests are about: it is switched off here.
 */
export async function plantInPage(browser: Browser, origin: string): Promise<Planted[]> {
  const context = await browser.newContext({ bypassCSP: true });
  const page = await context.newPage();
  await page.goto(origin);
  await page.evaluate(() => {
    fetch("http://fetch.planted.test/").catch(() => undefined);
    new Image().src = "http://198.51.100.8/pixel.png";
    const connection = new RTCPeerConnection({ iceServers: [{ urls: "stun:203.0.113.5:3478" }] });
    connection.createDataChannel("planted");
    void connection.setLocalDescription();
  });
  await delay(settleMs);
  await context.close();
  return [
    { what: "a fetch by a page", seenAs: "udp 192.0.2.53:53 (looking up fetch.planted.test)" },
    { what: "a picture in a page", seenAs: "tcp 198.51.100.8:80 (connecting)" },
    { what: "a STUN request by a page", seenAs: "udp 203.0.113.5:3478 (STUN)" },
  ];
}
