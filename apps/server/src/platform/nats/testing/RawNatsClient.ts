import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { WebSocket } from "ws";
import type { TestSeat } from "./startTestNats.ts";

export interface RawMessage {
  subject: string;
  reply: string | undefined;
  headers: string;
  body: Buffer;
}

/**
 * A hostile participant: speaks the NATS protocol byte by byte over a WebSocket, with none of a library's manners. (The
 * library's WebSocket transport and its TCP transport also confuse each other in one process.)
 */
export class RawNatsClient {
  readonly messages: RawMessage[] = [];
  readonly errors: string[] = [];
  readonly socket: WebSocket;
  #buffer = Buffer.alloc(0);
  #pongs = 0;
  #nextSubscription = 1;

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on("message", (data: Buffer) => this.#onData(data));
    socket.on("error", () => {});
  }

  /** Connects and logs in; throws what the server answered when it refuses. */
  static async connect(
    websocketUrl: string,
    { sid, pid, secret }: Pick<TestSeat, "sid" | "pid" | "secret">,
  ): Promise<RawNatsClient> {
    const client = new RawNatsClient(new WebSocket(websocketUrl));
    await once(client.socket, "open");
    const connect = { verbose: false, pedantic: false, headers: true, protocol: 1, no_responders: true, lang: "raw" };
    client.send(`CONNECT ${JSON.stringify({ ...connect, user: `${sid}.${pid}`, pass: secret })}\r\n`);
    await client.ping();
    return client;
  }

  send(text: string | Buffer): void {
    this.socket.send(Buffer.from(text));
  }

  subscribe(subject: string): void {
    this.send(`SUB ${subject} ${this.#nextSubscription++}\r\n`);
  }

  publish(subject: string, body: string | Buffer = "", reply = ""): void {
    const payload = Buffer.from(body);
    this.send(
      Buffer.concat([Buffer.from(`PUB ${subject} ${reply} ${payload.length}\r\n`), payload, Buffer.from("\r\n")]),
    );
  }

  publishWithHeaders(subject: string, headers: Record<string, string>, body = "", reply = ""): void {
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    const head = `NATS/1.0\r\n${lines.join("")}\r\n`;
    const sizes = `${Buffer.byteLength(head)} ${Buffer.byteLength(head) + Buffer.byteLength(body)}`;
    this.send(`HPUB ${subject} ${reply} ${sizes}\r\n${head}${body}\r\n`);
  }

  /** Resolves when the server has handled everything sent so far; throws when it closed the connection. */
  async ping(): Promise<void> {
    const before = this.#pongs;
    this.send("PING\r\n");
    while (this.#pongs === before) {
      if (this.socket.readyState !== WebSocket.OPEN) throw new Error(this.errors.at(-1) ?? "closed");
      await delay(2);
    }
  }

  /** The next message on a subject that starts so; throws after two seconds. */
  async message(subjectStart: string): Promise<RawMessage> {
    for (let waited = 0; waited < 2_000; waited += 5) {
      const index = this.messages.findIndex(({ subject }) => subject.startsWith(subjectStart));
      if (index >= 0) return this.messages.splice(index, 1)[0] as RawMessage;
      await delay(5);
    }
    throw new Error(`nothing came on ${subjectStart}`);
  }

  /** A request as an honest client makes it. */
  async request({ sid, pid, inboxPrefix }: TestSeat, method: string, body: string | Buffer = ""): Promise<unknown> {
    const reply = `${inboxPrefix}.r.${Math.random().toString(36).slice(2)}`;
    this.publish(`m.${sid}.rpc.${pid}.${method}`, body, reply);
    return JSON.parse((await this.message(reply)).body.toString());
  }

  async close(): Promise<void> {
    if (this.socket.readyState === WebSocket.CLOSED) return;
    this.socket.close();
    await once(this.socket, "close");
  }

  #onData(data: Buffer): void {
    this.#buffer = Buffer.concat([this.#buffer, data]);
    for (;;) {
      const end = this.#buffer.indexOf("\r\n");
      if (end < 0) return;
      const line = this.#buffer.toString("utf8", 0, end);
      const [operation = "", ...words] = line.split(" ");
      const sizes = operation === "MSG" ? [0, Number(words.at(-1))] : [Number(words.at(-2)), Number(words.at(-1))];
      const isMessage = operation === "MSG" || operation === "HMSG";
      const [headerBytes = 0, totalBytes = 0] = isMessage ? sizes : [];
      const after = end + 2 + (isMessage ? totalBytes + 2 : 0);
      if (this.#buffer.length < after) return;
      if (isMessage) {
        const payload = this.#buffer.subarray(end + 2, end + 2 + totalBytes);
        const fields = words.slice(0, operation === "MSG" ? -1 : -2);
        this.#onMessage(fields, payload.toString("utf8", 0, headerBytes), Buffer.from(payload.subarray(headerBytes)));
      }
      this.#buffer = this.#buffer.subarray(after);
      if (operation === "PING") this.send("PONG\r\n");
      if (operation === "PONG") this.#pongs += 1;
      if (operation === "-ERR") this.errors.push(line);
    }
  }

  #onMessage([subject = "", , reply]: string[], headers: string, body: Buffer): void {
    this.messages.push({ subject, reply, headers, body });
  }
}
