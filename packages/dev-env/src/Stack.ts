import { execFileSync } from "node:child_process";
import { Meeting, SottoApi } from "@sotto/client";
import type { OpenMeetingAnswer } from "@sotto/protocol";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import type { ControlPlane } from "./ControlPlane.ts";
import { CookieJar } from "./CookieJar.ts";
import { launchChromium, type ChromiumOptions } from "./launchChromium.ts";
import type { MaliciousSfu } from "./maliciousSfu/MaliciousSfu.ts";
import { ManagementApi } from "./ManagementApi.ts";

/** Whom a join token of the management API is for. */
export interface TokenRequest {
  roomId?: string;
  name?: string;
  userId?: string;
  host?: boolean;
}

/** Who joins from Node. Without a token one is made with `newJoinToken`; with a guest's token the name is wanted here. */
export interface HeadlessOptions extends TokenRequest {
  token?: string;
  /** Join through this node. Default: the first. */
  node?: number;
  /** The browser's cookies, to resume with later. */
  cookies?: CookieJar;
}

interface StackParts {
  nodes: ControlPlane[];
  /** Starts a node that is gone again, under the address it had. */
  restart: (node: number) => Promise<ControlPlane>;
  folder: string;
  api: { key: string; secret: string };
  maliciousSfu: MaliciousSfu | undefined;
  cleanUp: AsyncDisposableStack;
}

/** A running installation of its own for one test file. Made by `startStack`. */
export class Stack implements AsyncDisposable {
  readonly #nodes: ControlPlane[];
  readonly #restart: StackParts["restart"];
  readonly apiKey: string;
  readonly apiSecret: string;
  /** Signed calls to the first node. */
  readonly management: ManagementApi;
  /** Holds a configuration file and a data folder per node; it is removed with the stack. */
  readonly folder: string;
  readonly #maliciousSfu: MaliciousSfu | undefined;
  readonly #cleanUp: AsyncDisposableStack;
  #browser: Promise<Browser> | undefined;
  readonly #pageErrors: string[] = [];

  constructor({ nodes, restart, folder, api, maliciousSfu, cleanUp }: StackParts) {
    this.#nodes = nodes;
    this.#restart = restart;
    this.folder = folder;
    this.apiKey = api.key;
    this.apiSecret = api.secret;
    this.#maliciousSfu = maliciousSfu;
    this.#cleanUp = cleanUp;
    this.management = this.managementOf(0);
  }

  get nodes(): readonly ControlPlane[] {
    return this.#nodes;
  }

  /** Ends a node at once, as a crash would, and starts it again under the same address. */
  async crashNode(node: number): Promise<void> {
    await this.#nodes[node]?.kill();
    await this.restartNode(node);
  }

  /** Starts a node that is gone again, under the address it had. */
  async restartNode(node: number): Promise<void> {
    this.#nodes[node] = await this.#restart(node);
  }

  /** Ends an engine at once and with everything it holds in memory; who runs it starts it again. */
  killEngine(engine: "nats" | "livekit"): void {
    for (const pid of this.enginePids(engine)) process.kill(pid, "SIGKILL");
  }

  /** The processes of an engine: itself, and the guard that ends it when its supervisor dies. */
  enginePids(engine: "nats" | "livekit"): number[] {
    const pids = execFileSync("pgrep", ["-f", `${this.folder}/.*/engines/${engine}/`], { encoding: "utf8" });
    return pids.trim().split("\n").map(Number);
  }

  /** Of the first node, such as `http://127.0.0.1:40123`. */
  get origin(): string {
    return this.originOf(0);
  }

  get origins(): readonly string[] {
    return this.nodes.map(({ origin }) => origin);
  }

  /** What the second node takes for the SFU; only with the option of that name. */
  get maliciousSfu(): MaliciousSfu {
    if (!this.#maliciousSfu) throw new Error("This stack was started without a malicious SFU.");
    return this.#maliciousSfu;
  }

  originOf(node: number): string {
    const origin = this.nodes[node]?.origin;
    if (origin === undefined) throw new Error(`This stack has ${this.nodes.length} nodes; there is no node ${node}.`);
    return origin;
  }

  /** Signed calls to one node. */
  managementOf(node: number): ManagementApi {
    return new ManagementApi(this.originOf(node), this.apiKey, this.apiSecret);
  }

  /** What every node wrote, and the errors of every page, to look for what must not be there or to see what went wrong. */
  logs(): string {
    return [...this.nodes.map((node) => node.logs()), ...this.#pageErrors].join("\n");
  }

  /** Makes a room (an existing one stays as it is) with end-to-end encryption unless `features` say otherwise. */
  async createRoom({ roomId = "room", features = {} }: { roomId?: string; features?: object } = {}): Promise<string> {
    const encrypted = { end_to_end_encryption_features: { is_enabled: true } };
    const metadata = { room_title: "A room", room_features: { ...encrypted, ...features } };
    await this.management.demand("/room/create", { room_id: roomId, metadata });
    return roomId;
  }

  /** A one-time join token, as an integrator makes it; makes the room where there is none. */
  async newJoinToken({ roomId = "room", name = "Ada", userId, host = false }: TokenRequest = {}): Promise<string> {
    await this.createRoom({ roomId });
    const { token } = await this.management.demand("/room/getJoinToken", {
      room_id: roomId,
      user_info: { name, user_id: userId ?? crypto.randomUUID(), is_admin: host },
    });
    if (typeof token !== "string") throw new Error("An answer with status true has a token.");
    return token;
  }

  /** Opens a meeting as a guest does on the landing page. `/m/<roomId>` is its link. */
  openMeeting(title?: string): Promise<OpenMeetingAnswer> {
    return new SottoApi(this.origin).openMeeting(title === undefined ? {} : { title });
  }

  /** Joins from Node, without media. Leaves when the stack is disposed, if not before. */
  async headlessClient({
    token,
    node = 0,
    cookies = new CookieJar(),
    ...person
  }: HeadlessOptions = {}): Promise<Meeting> {
    const meeting = await Meeting.join({
      origin: this.originOf(node),
      credential:
        token === undefined
          ? { kind: "token", token: await this.newJoinToken(person) }
          : { kind: "token", token, ...(person.name !== undefined && { name: person.name }) },
      media: null,
      fetch: cookies.fetch,
    });
    this.#cleanUp.use(meeting);
    return meeting;
  }

  /** The stack's Chromium, started when it is first asked for. */
  browser(options?: ChromiumOptions): Promise<Browser> {
    this.#browser ??= launchChromium(options).then((browser) => {
      this.#cleanUp.defer(() => browser.close());
      return browser;
    });
    return this.#browser;
  }

  /** A page of a person with a browser profile of their own, at `path` of a node. */
  async newPage(path = "/", { node = 0, ...options }: BrowserContextOptions & { node?: number } = {}): Promise<Page> {
    const browser = await this.browser();
    const context = await browser.newContext({ baseURL: this.originOf(node), ...options });
    const page = await context.newPage();
    page.on("pageerror", (error) => this.#pageErrors.push(`[page] ${error.stack ?? error.message}`));
    page.on("console", (message) => {
      if (message.type() === "error") this.#pageErrors.push(`[page] ${message.text()}`);
    });
    await page.goto(path);
    return page;
  }

  /** Everybody leaves, browsers close, every process stops, files go. Throws when something did not stop in order. */
  stop(): Promise<void> {
    return this.#cleanUp.disposeAsync();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }
}
