import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { connect, type Socket } from "node:net";

/** Whom to be, and what to say after logging in. */
export interface CountingOptions {
  /** `ws://host:port/path` */
  url: string;
  /** Options of CONNECT. */
  login: object;
  /** Protocol lines: subscriptions, a request. */
  lines: readonly string[];
  /** What every message that counts has in it once. */
  marker: string;
}

const lineEnd = "\r\n";
const flowControl = /(\$JS\.FC\.\S+)/g;

/**
 * A client that costs next to nothing: it counts markers in the bytes of its connection, and answers pings and flow
 * control. So hundreds of them take little of what is to be measured.
 */
export class CountingClient {
  count = 0;
  readonly #socket: Socket;
  readonly #marker: Buffer;
  #tail: Buffer = Buffer.alloc(0);

  private constructor(socket: Socket, marker: string) {
    this.#socket = socket;
    this.#marker = Buffer.from(marker);
  }

  static async open({ url, login, lines, marker }: CountingOptions): Promise<CountingClient> {
    const { hostname, port, pathname } = new URL(url);
    const socket = connect(Number(port), hostname);
    socket.setNoDelay(true);
    await once(socket, "connect");
    const key = randomBytes(16).toString("base64");
    const head = [
      `GET ${pathname} HTTP/1.1`,
      `Host: ${hostname}:${port}`,
      "Upgrade: websocket",
      "Connection: Upgrade",
      `Sec-WebSocket-Key: ${key}`,
      "Sec-WebSocket-Version: 13",
    ];
    const ready = Promise.withResolvers<void>();
    let greeting = "";
    const client = new CountingClient(socket, marker);
    const greet = (data: Buffer) => {
      greeting += data.toString("latin1");
      if (greeting.includes("-ERR")) ready.reject(new Error(greeting));
      if (greeting.includes("PONG")) ready.resolve();
    };
    socket.on("data", greet);
    socket.once("close", () => ready.reject(new Error("the connection was closed")));
    socket.write(`${head.join(lineEnd)}${lineEnd}${lineEnd}`);
    while (!greeting.includes("INFO ")) await once(socket, "data");
    const options = { verbose: false, pedantic: false, headers: true, protocol: 1, no_responders: true, ...login };
    client.#write([`CONNECT ${JSON.stringify(options)}`, ...lines, "PING", ""].join(lineEnd));
    await ready.promise;
    socket.off("data", greet);
    socket.on("data", (data) => client.#read(data));
    return client;
  }

  close(): void {
    this.#socket.destroy();
  }

  #read(data: Buffer): void {
    const bytes = this.#tail.length === 0 ? data : Buffer.concat([this.#tail, data]);
    let after = 0;
    for (let at = bytes.indexOf(this.#marker); at >= 0; at = bytes.indexOf(this.#marker, after)) {
      this.count += 1;
      after = at + this.#marker.length;
    }
    if (data.includes("PING\r\n")) this.#write(`PONG${lineEnd}`);
    if (data.includes("$JS.FC.")) {
      for (const [subject] of data.toString("latin1").matchAll(flowControl))
        this.#write(`PUB ${subject} 0${lineEnd}${lineEnd}`);
    }
    this.#tail = bytes.subarray(Math.max(after, bytes.length - this.#marker.length + 1));
  }

  /** One masked binary frame (RFC 6455, 5.2), with a mask of zeros. */
  #write(text: string): void {
    const payload = Buffer.from(text);
    const head = Buffer.alloc(8);
    head[0] = 0x82;
    head[1] = 0x80 | 126;
    head.writeUInt16BE(payload.length, 2);
    this.#socket.write(Buffer.concat([head, payload]));
  }
}
