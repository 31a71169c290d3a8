/** What arrived, as it arrived. */
export interface RawMessage {
  subject: string;
  reply: string;
  headers: string;
  body: Buffer;
}

/** What a modified client may write into CONNECT. */
export type ConnectOptions = Readonly<Record<string, unknown>>;

const honestOptions: ConnectOptions = {
  verbose: false,
  pedantic: false,
  headers: true,
  protocol: 1,
  no_responders: true,
  lang: "raw",
};
const answerTimeoutMs = 10_000;
const lineEnd = "\r\n";

/** The connection is gone; `message` is what the server said last. */
export class ConnectionGone extends Error {
  override readonly name = "ConnectionGone";
}

/**
 * A modified client: speaks the NATS protocol byte by byte over a WebSocket, with none of a library's manners, and keeps
 * everything it is told.
 */
export class RawNats implements AsyncDisposable {
  readonly messages: RawMessage[] = [];
  /** The server's `-ERR` lines. */
  readonly errors: string[] = [];
  /** Resolves when the connection is gone. */
  readonly gone: Promise<void>;
  readonly #socket: WebSocket;
  readonly #pongs: PromiseWithResolvers<void>[] = [];
  readonly #listeners = new Set<() => void>();
  #buffer = Buffer.alloc(0);
  #nextSubscription = 1;
  #isGone = false;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.binaryType = "arraybuffer";
    const { promise, resolve } = Promise.withResolvers<void>();
    this.gone = promise;
    socket.addEventListener("message", ({ data }) => {
      const bytes = data instanceof ArrayBuffer ? Buffer.from(data) : Buffer.from(String(data));
      this.#read(bytes);
    });
    socket.addEventListener("close", () => {
      this.#isGone = true;
      for (const pong of this.#pongs.splice(0)) pong.reject(this.#goneError());
      for (const listener of this.#listeners) listener();
      resolve();
    });
  }

  /** Opens the WebSocket and says nothing yet. */
  static async open(url: string): Promise<RawNats> {
    const socket = new WebSocket(url);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    socket.addEventListener("open", () => resolve());
    socket.addEventListener("error", () => reject(new ConnectionGone("the WebSocket was refused")));
    const client = new RawNats(socket);
    await promise;
    return client;
  }

  /** Opens and logs in. Throws {@link ConnectionGone} where that is refused. */
  static async connect(url: string, options: ConnectOptions): Promise<RawNats> {
    const client = await RawNats.open(url);
    client.write(`CONNECT ${JSON.stringify({ ...honestOptions, ...options })}${lineEnd}`);
    await client.ping();
    return client;
  }

  get isGone(): boolean {
    return this.#isGone;
  }

  write(bytes: string | Uint8Array<ArrayBuffer>): void {
    if (!this.#isGone) this.#socket.send(typeof bytes === "string" ? new TextEncoder().encode(bytes) : bytes);
  }

  /** As text, which NATS does not use. */
  writeText(text: string): void {
    if (!this.#isGone) this.#socket.send(text);
  }

  /** `subject` may carry a queue group: `foo workers`. */
  subscribe(subject: string): void {
    this.write(`SUB ${subject} ${this.#nextSubscription++}${lineEnd}`);
  }

  publish(subject: string, body: string | Uint8Array = "", reply = ""): void {
    const payload = Buffer.from(body);
    const head = `PUB ${subject} ${reply === "" ? "" : `${reply} `}${payload.length}${lineEnd}`;
    this.write(Buffer.concat([Buffer.from(head), payload, Buffer.from(lineEnd)]));
  }

  /** `head` as it goes over the wire: the line of the version, then the headers' lines, without the empty one at the end. */
  publishWithHeaders(subject: string, head: string, body: string | Uint8Array = "", reply = ""): void {
    const payload = Buffer.from(body);
    const headers = Buffer.from(`${head}${lineEnd}${lineEnd}`);
    const sizes = `${headers.length} ${headers.length + payload.length}`;
    const line = `HPUB ${subject} ${reply === "" ? "" : `${reply} `}${sizes}${lineEnd}`;
    this.write(Buffer.concat([Buffer.from(line), headers, payload, Buffer.from(lineEnd)]));
  }

  /** Resolves when the server has handled everything written so far. Throws {@link ConnectionGone}. */
  async ping(timeoutMs = answerTimeoutMs): Promise<void> {
    if (this.#isGone) throw this.#goneError();
    const pong = Promise.withResolvers<void>();
    this.#pongs.push(pong);
    this.write(`PING${lineEnd}`);
    const timer = setTimeout(() => pong.reject(new Error("nats-server does not answer")), timeoutMs);
    try {
      await pong.promise;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Takes the first message that fits out of {@link messages}, and waits for it. Null after the time. */
  async take(fits: (message: RawMessage) => boolean, timeoutMs = answerTimeoutMs): Promise<RawMessage | null> {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const index = this.messages.findIndex(fits);
      if (index >= 0) return this.messages.splice(index, 1)[0] ?? null;
      const leftMs = deadline - Date.now();
      if (leftMs <= 0 || this.#isGone) return null;
      await this.#next(leftMs);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.close();
    await this.gone;
  }

  /** Resolves with the next thing that happens, or after the time. */
  #next(timeoutMs: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, timeoutMs);
    this.#listeners.add(resolve);
    return promise.finally(() => {
      clearTimeout(timer);
      this.#listeners.delete(resolve);
    });
  }

  #goneError(): ConnectionGone {
    return new ConnectionGone(this.errors.at(-1) ?? "the connection was closed");
  }

  #read(bytes: Buffer): void {
    this.#buffer = Buffer.concat([this.#buffer, bytes]);
    let at = 0;
    for (;;) {
      const end = this.#buffer.indexOf(lineEnd, at);
      if (end < 0) break;
      const [operation = "", ...words] = this.#buffer.toString("latin1", at, end).split(" ");
      const isMessage = operation === "MSG" || operation === "HMSG";
      const totalBytes = isMessage ? Number(words.at(-1)) : 0;
      const headerBytes = operation === "HMSG" ? Number(words.at(-2)) : 0;
      const start = end + lineEnd.length;
      const next = isMessage ? start + totalBytes + lineEnd.length : start;
      if (this.#buffer.length < next) break;
      if (isMessage) {
        const payload = this.#buffer.subarray(start, start + totalBytes);
        const [subject = "", , reply = ""] = words.slice(0, operation === "MSG" ? -1 : -2);
        const headers = payload.toString("latin1", 0, headerBytes);
        this.messages.push({ subject, reply, headers, body: Buffer.from(payload.subarray(headerBytes)) });
      }
      if (operation === "PING") this.write(`PONG${lineEnd}`);
      if (operation === "PONG") this.#pongs.shift()?.resolve();
      if (operation === "-ERR") this.errors.push(words.join(" "));
      at = next;
    }
    this.#buffer = this.#buffer.subarray(at);
    for (const listener of this.#listeners) listener();
  }
}
