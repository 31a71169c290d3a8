import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Complaints } from "./support/Complaints.ts";
import { givenInstallation } from "./support/givenInstallation.ts";
import { Person } from "./support/Person.ts";
import { attempts, importScript, tryAll } from "./support/injections.ts";

/** What somebody who got markup or script into the page could do with it, and whom the page asks in each of its views. */
const installation = givenInstallation();

/** Somewhere else: hears who asks for what, and gives everybody a script. */
let elsewhere: Server;
let foreign: string;
const heard = new Set<string>();
beforeAll(async () => {
  elsewhere = createServer((request, response) => {
    const [, name = ""] = (request.url ?? "").split("/");
    heard.add(name);
    response.writeHead(200, {
      "access-control-allow-origin": "*",
      "content-type": request.url?.endsWith(".css") ? "text/css" : "text/javascript",
      "cross-origin-resource-policy": "cross-origin",
    });
    response.end(request.url?.endsWith(".js") ? `globalThis.gotThrough?.add(${JSON.stringify(name)})` : "");
  }).listen(0, "127.0.0.1");
  elsewhere.on("upgrade", (request, socket) => {
    heard.add((request.url ?? "").split("/")[1] ?? "");
    socket.destroy();
  });
  await once(elsewhere, "listening");
  foreign = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}`;
});
afterAll(() => {
  elsewhere.closeAllConnections();
  elsewhere.close();
});

/** Which of the attempts got through: ran, or was heard elsewhere. */
async function gotThrough({ bypassCSP }: { bypassCSP: boolean }): Promise<string[]> {
  heard.clear();
  const browser = await installation.stack.browser();
  const context = await browser.newContext({ baseURL: installation.stack.origin, bypassCSP });
  try {
    const page = await context.newPage();
    await page.goto("/");
    await page.evaluate(importScript);
    const ran = await page.evaluate(tryAll, foreign);
    return attempts.filter((name) => ran.includes(name) || heard.has(name));
  } finally {
    await context.close();
  }
}

test("of every kind of injection none gets through, and all of them do without the policy", async () => {
  expect(await gotThrough({ bypassCSP: false })).toEqual([]);
  expect(await gotThrough({ bypassCSP: true })).toEqual([...attempts]);
});

const refused = /the server responded with a status of 4\d\d/;

/** Goes through the page as a host and calls `look` in each view. */
async function throughEveryView(
  context: BrowserContext,
  look: (view: string, page: Page) => Promise<void>,
): Promise<void> {
  context.setDefaultTimeout(60_000);
  const page = await context.newPage();
  await page.goto("/");
  await page.getByRole("button", { name: "Start a meeting" }).waitFor();
  await look("start", page);
  await page.goto("/?access_token=nonsense");
  await page.getByRole("heading", { level: 1 }).waitFor();
  await look("problem", page);
  await page.goto(`/?access_token=${await installation.stack.newJoinToken({ roomId: "views", host: true })}`);
  const ada = new Person("Ada", page);
  await ada.previewIsThere();
  await look("lobby", page);
  await page.getByRole("button", { name: "Join now" }).click();
  await ada.isInMeeting();
  await ada.expectToSee(ada.ownTile);
  for (const panel of ["People", "Chat"]) {
    await ada.press(panel);
    await page.getByRole("complementary", { name: panel }).waitFor();
    await look(panel, page);
  }
  await ada.press("More");
  await page.getByRole("menuitem", { name: "Settings" }).click();
  await page.getByRole("dialog", { name: "Settings" }).waitFor();
  await look("settings", page);
  await page.keyboard.press("Escape");
  await ada.endForAll();
  await ada.heading("The meeting is over").waitFor();
  await look("goodbye", page);
}

const views = ["start", "problem", "lobby", "People", "Chat", "settings", "goodbye"];

test("in no view does the page ask another host, and what would is heard in each of them", async () => {
  const browser = await installation.stack.browser();
  const profile = { baseURL: installation.stack.origin, locale: "en-US", reducedMotion: "reduce" } as const;
  const asked = new Set<string>();
  const seen: string[] = [];
  const context = await browser.newContext(profile);
  const complaints = new Complaints(context, installation.stack.origin, refused);
  await context.route("**/*", (route) => {
    asked.add(new URL(route.request().url()).origin);
    return route.fallback();
  });
  await throughEveryView(context, async (view) => void seen.push(view));
  expect(seen).toEqual(views);
  expect(complaints.list()).toEqual([]);
  expect([...asked]).toEqual([installation.stack.origin]);
  await context.close();

  const open = await browser.newContext({ ...profile, bypassCSP: true });
  const heardNow = new Complaints(open, installation.stack.origin, refused);
  const missed: string[] = [];
  await throughEveryView(open, async (view, page) => {
    const url = `${foreign}/planted-${view}`;
    await page.evaluate(async (address) => {
      await fetch(address, { mode: "no-cors" }).catch(() => undefined);
      const source = `fetch("${address}-worker", { mode: "no-cors" }).finally(() => postMessage(0)).catch(() => undefined)`;
      const worker = new Worker(URL.createObjectURL(new Blob([source], { type: "text/javascript" })));
      await new Promise((resolve) => worker.addEventListener("message", resolve));
    }, url);
    const all = heardNow.list();
    for (const each of [url, `${url}-worker`]) if (!all.includes(`request to ${each}`)) missed.push(each);
  });
  expect(missed).toEqual([]);
  await open.close();
});
