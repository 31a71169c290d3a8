import { spawn, type ChildProcess } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { readPcap, type Packet } from "./readPcap.ts";
import { remoteSockets } from "./remoteSockets.ts";

/** What tried to leave while something was going on. */
export interface Recorded {
  packets: Packet[];
  /** `<program>: <protocol> <address>` of sockets to somewhere else. */
  sockets: string[];
  seconds: number;
}

const markerHost = "198.51.100.99";
const markerWaitMs = 10_000;
const socketPollMs = 100;

/**
 * Records everything that goes out of the namespace's one interface, and who has sockets to somewhere else. What is
 * recorded lies between two markers, packets of our own: without them the recorder is not working, and that is said.
 */
export class Recorder implements AsyncDisposable {
  readonly #file: string;
  readonly #tcpdump: ChildProcess;
  #markers = 0;

  private constructor(file: string, tcpdump: ChildProcess) {
    this.#file = file;
    this.#tcpdump = tcpdump;
  }

  /** Starts recording into a file, which other programs can read too. */
  static async start(file: string): Promise<Recorder> {
    const tcpdump = spawn("tcpdump", ["-i", "out", "-Q", "out", "-U", "-Z", "root", "-w", file], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    for await (const line of createInterface({ input: tcpdump.stderr })) {
      if (line.includes("listening on")) return new Recorder(file, tcpdump);
    }
    throw new Error("tcpdump does not listen");
  }

  /** Everything that tries to leave while `work` is done. */
  async during(work: () => Promise<unknown>): Promise<Recorded> {
    const sockets = new Set<string>();
    const watching = new AbortController();
    const watch = (async () => {
      while (!watching.signal.aborted) {
        for (const socket of remoteSockets()) if (!socket.includes(markerHost)) sockets.add(socket);
        await delay(socketPollMs);
      }
    })();
    const startedMs = performance.now();
    const before = await this.#mark();
    try {
      await work();
    } finally {
      watching.abort();
      await watch;
    }
    const after = await this.#mark();
    const packets = this.#packets().slice(before + 1, after);
    return { packets, sockets: [...sockets], seconds: (performance.now() - startedMs) / 1000 };
  }

  /** Sends a packet and waits until it is recorded; gives its place. */
  async #mark(): Promise<number> {
    this.#markers += 1;
    const text = `marker ${this.#markers}`;
    const socket = createSocket("udp4");
    socket.send(text, 9, markerHost);
    try {
      for (let waitedMs = 0; waitedMs < markerWaitMs; waitedMs += 50) {
        await delay(50);
        const place = this.#packets().findIndex(({ content }) => content === text);
        if (place !== -1) return place;
      }
    } finally {
      socket.close();
    }
    throw new Error("the recorder did not see a packet that was sent");
  }

  #packets(): Packet[] {
    return readPcap(readFileSync(this.#file));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = once(this.#tcpdump, "exit");
    this.#tcpdump.kill();
    await ended;
  }
}
