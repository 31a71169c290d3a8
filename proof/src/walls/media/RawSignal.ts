import { setTimeout as delay } from "node:timers/promises";

/** What livekit-server says, in the JSON form of its protocol; as much of it as attackers look at. */
export interface Said {
  trackPublished?: { cid: string };
  requestResponse?: { reason?: string };
  publishDataTrackResponse?: object;
  getDataBlobResponse?: object;
  storeDataBlobResponse?: object;
  update?: {
    participants?: { identity: string; name?: string; metadata?: string; attributes?: object; tracks?: object[] }[];
  };
  refreshToken?: string;
}

export interface SignalOptions {
  /** `/rtc` unless it says so. */
  path?: string;
  /** Further parameters of the address. */
  parameters?: Readonly<Record<string, string>>;
  /** A token in the header too. */
  bearer?: string;
}

const connectTimeoutMs = 5_000;

/** Node's WebSocket takes headers, which browsers' do not. */
const OpenWebSocket = WebSocket as unknown as new (
  url: string,
  options: { headers: Readonly<Record<string, string>> },
) => WebSocket;

/** A modified media client: LiveKit's signalling without a library. */
export class RawSignal implements AsyncDisposable {
  readonly said: Said[] = [];
  readonly #socket: WebSocket;
  readonly #gone: Promise<void>;
  #isGone = false;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.binaryType = "arraybuffer";
    // Until it hears JSON, livekit-server speaks the binary form.
    socket.addEventListener("message", ({ data }) => {
      if (typeof data === "string") this.said.push(JSON.parse(data) as Said);
    });
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#gone = promise;
    socket.addEventListener("close", () => {
      this.#isGone = true;
      resolve();
    });
  }

  /** `base`: such as `http://127.0.0.1:7880`. Null where it is refused. */
  static async connect(base: string, token: string, options: SignalOptions = {}): Promise<RawSignal | null> {
    const { path = "/rtc", parameters = {}, bearer } = options;
    const query = new URLSearchParams({
      access_token: token,
      protocol: "16",
      sdk: "js",
      auto_subscribe: "0",
      ...parameters,
    });
    const url = `${base.replace(/^http/, "ws")}${path}?${query.toString()}`;
    const socket = new OpenWebSocket(url, {
      headers: bearer === undefined ? {} : { authorization: `Bearer ${bearer}` },
    });
    const opened = Promise.withResolvers<boolean>();
    socket.addEventListener("open", () => opened.resolve(true));
    socket.addEventListener("error", () => opened.resolve(false));
    const signal = new RawSignal(socket);
    const timer = setTimeout(() => opened.resolve(false), connectTimeoutMs);
    const isOpen = await opened.promise;
    clearTimeout(timer);
    if (!isOpen) return null;
    signal.send({ ping: "1" });
    return signal;
  }

  get isGone(): boolean {
    return this.#isGone;
  }

  send(request: object): void {
    if (!this.#isGone) this.#socket.send(JSON.stringify(request));
  }

  /** The first thing that was said and fits, within the time; null if there is none. */
  async hears(fits: (said: Said) => boolean, timeoutMs: number): Promise<Said | null> {
    for (let waitedMs = 0; ; waitedMs += 10) {
      const found = this.said.find(fits);
      if (found || this.#isGone || waitedMs >= timeoutMs) return found ?? null;
      await delay(10);
    }
  }

  /** Whether the connection ends within the time. */
  async ends(timeoutMs: number): Promise<boolean> {
    const timer = delay(timeoutMs, false, { ref: false });
    return Promise.race([this.#gone.then(() => true), timer]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.close();
    await this.ends(connectTimeoutMs);
  }
}
