import { smallCamera, startStack, type Stack, type StackOptions } from "@sotto/dev-env";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect } from "vitest";
import { Complaints } from "./Complaints.ts";
import { iceServers, installProbe } from "./peerConnectionProbe.ts";
import { Person } from "./Person.ts";
import { replaceDevices, type ColourAndTone } from "./replaceDevices.ts";

export interface VisitOptions extends BrowserContextOptions {
  /** Where the person begins. Default: the start page. */
  path?: string;
  /** Of which node of the installation. Default: the first. */
  node?: number;
  /** Default: the installation's, with a fake camera and microphone. */
  browser?: Browser;
  /** Join with camera and microphone off. */
  quietly?: boolean;
  /** In the place of the browser's camera and microphone. */
  devices?: ColourAndTone;
  /** Console errors that the test provokes. */
  expectedComplaints?: RegExp;
}

export interface InstallationOptions extends StackOptions {
  /** Of the browser that everybody shares; it may read files of that folder. Default: a camera with small pictures. */
  browserFlags?: (folder: string) => string[];
}

/** A running Sotto for the tests of one file, and people who use it. */
export class Installation {
  readonly #stack: () => Stack;
  readonly #visits: { page: Page; complaints: Complaints }[] = [];

  constructor(stack: () => Stack) {
    this.#stack = stack;
  }

  get stack(): Stack {
    return this.#stack();
  }

  /** Somebody opens the page in a browser profile of their own. */
  async visitor(name: string, options: VisitOptions = {}): Promise<Person> {
    const {
      path = "/",
      node = 0,
      browser = await this.stack.browser(),
      expectedComplaints,
      quietly: _,
      devices,
      ...profile
    } = options;
    const origin = this.stack.originOf(node);
    const context = await browser.newContext({
      baseURL: origin,
      locale: "en-US",
      reducedMotion: "reduce",
      ...profile,
    });
    context.setDefaultTimeout(60_000);
    await context.addInitScript(installProbe);
    if (devices) await context.addInitScript(replaceDevices, devices);
    const complaints = new Complaints(context, origin, expectedComplaints);
    const page = await context.newPage();
    this.#visits.push({ page, complaints });
    await page.goto(path);
    return new Person(name, page);
  }

  /** Guests come to a meeting by its link, the first one as host. Everybody is in when it resolves. */
  async meeting(names: readonly string[], options: VisitOptions = {}): Promise<Person[]> {
    const [first = "Ada", ...others] = names;
    const host = await this.visitor(first, options);
    await host.page.getByRole("button", { name: "Start a meeting" }).click();
    await host.join(options);
    const guests = await Promise.all(others.map((name) => this.guest(name, host, options)));
    return [host, ...guests];
  }

  /** One more guest of the meeting that `someone` is in. */
  async guest(name: string, someone: Person, options: VisitOptions = {}): Promise<Person> {
    const guest = await this.visitor(name, { ...options, path: someone.path });
    await guest.join(options);
    return guest;
  }

  /** Everybody closes their browser. Fails when one of their pages did what no page may do. */
  async sendHome(): Promise<void> {
    const visits = this.#visits.splice(0);
    const complaints: string[] = [];
    for (const { page, complaints: its } of visits) {
      const strange = (await page.evaluate(iceServers)).filter((url) => !url.includes("127.0.0.1"));
      complaints.push(...its.list(), ...strange.map((url) => `told to use ${url}`));
      await page.context().close();
    }
    expect(complaints).toEqual([]);
  }
}

/**
 * Boots an installation for the tests of this file; call it once, at the top. After each test everybody goes home, and
 * the test fails when a page complained.
 */
export function givenInstallation({
  browserFlags = (folder) => [smallCamera(folder)],
  ...options
}: InstallationOptions = {}): Installation {
  let stack: Stack | undefined;
  const installation = new Installation(() => {
    if (!stack) throw new Error("The installation runs from the first test of the file to the last.");
    return stack;
  });
  beforeAll(async () => {
    stack = await startStack({ web: true, ...options });
    await stack.browser({ args: browserFlags(stack.folder) });
  });
  afterEach(() => installation.sendHome());
  afterAll(() => stack?.stop());
  return installation;
}
