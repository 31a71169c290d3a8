import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { Duplex } from "node:stream";

/** A TCP proxy in front of an installation whose network can be cut, refused, frozen and held up. For tests. */
export class CutProxy implements AsyncDisposable {
  readonly origin: string;
  readonly #server: Server;
  readonly #delivered: Buffer[] = [];
  readonly #pairs = new Set<[Socket, Socket]>();
  #mode: "open" | "refusing" = "open";
  #held: { readonly text: string; readonly begun: () => void; readonly released: Promise<void> } | null = null;

  static async start(targetOrigin: string): Promise<CutProxy> {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    return new CutProxy(server, new URL(targetOrigin));
  }

  private constructor(server: Server, { hostname, port }: URL) {
    this.#server = server;
    this.origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on("connection", (near) => {
      if (this.#mode === "refusing") return near.destroy();
      const far = connect(Number(port), hostname);
      const pair: [Socket, Socket] = [near, far];
      this.#pairs.add(pair);
      near.pipe(far);
      far.pipe(Duplex.from((said: AsyncIterable<Buffer>) => this.#passOn(said))).pipe(near);
      far.on("data", (bytes: Buffer) => this.#delivered.push(bytes));
      for (const socket of pair) {
        socket.on("error", () => undefined); // cut on purpose
        socket.on("close", () => {
          this.#pairs.delete(pair);
          for (const each of pair) each.destroy();
        });
      }
      return undefined;
    });
  }

  /** Everything that came from the installation so far, as it was on the wire. */
  delivered(): Buffer {
    return Buffer.concat(this.#delivered);
  }

  /** Ends every connection now; new ones are welcome. */
  cut(): void {
    for (const pair of this.#pairs) for (const socket of pair) socket.destroy();
  }

  /** Ends every connection, and every new one until {@link allow}. */
  refuse(): void {
    this.#mode = "refusing";
    this.cut();
  }

  allow(): void {
    this.#mode = "open";
  }

  /**
   * Keeps back, on every connection, what the installation says from `text` on. Resolves when that is said, with what
   * lets it pass.
   */
  hold(text: string): Promise<() => void> {
    const { promise: released, resolve } = Promise.withResolvers<void>();
    return new Promise((begun) => {
      const release = () => {
        this.#held = null;
        resolve();
      };
      this.#held = { text, begun: () => begun(release), released };
    });
  }

  /** What is connected now hears and says nothing any more, and is not told: a network that went away. */
  freeze(): void {
    for (const [near, far] of this.#pairs) {
      near.unpipe(far).pause();
      far.unpipe().pause();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    this.cut();
    await closed;
  }

  async *#passOn(said: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const bytes of said) {
      if (this.#held && bytes.includes(this.#held.text)) {
        this.#held.begun();
        await this.#held.released;
      }
      yield bytes;
    }
  }
}
