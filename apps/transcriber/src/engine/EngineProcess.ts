import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { createInterface } from "node:readline";
import { sampleRate, type Heard, type Recogniser, type RecogniserListener } from "./Engine.ts";

export interface EngineProcessOptions extends RecogniserListener {
  /** The program, its arguments, and whatever stands before them. It hears what is written to its standard input. */
  readonly command: readonly string[];
  /** What a line that it prints says; null where it says nothing. */
  readonly read: (line: string) => Heard | null;
}

const bytesPerSecond = sampleRate * 2;
/** Sound that may wait for the program: more, and it will never catch up. */
const maxQueuedBytes = 10 * bytesPerSecond;
/** As long as the programs wait before they take an utterance to be over. */
const pauseBytes = Math.round(0.7 * bytesPerSecond);
const maxLine = 8_192;

/** A recogniser as a program of its own: it reads sound and prints what it hears, and knows nothing else. */
export class EngineProcess implements Recogniser {
  readonly #child: ChildProcessWithoutNullStreams;
  #closed = false;

  constructor({ command: [program = "", ...args], read, onHeard, onLost }: EngineProcessOptions) {
    // Nothing of our environment is its business: tokens and secrets may be there.
    const env = { PATH: process.env["PATH"], HOME: "/nonexistent" };
    this.#child = spawn(program, args, { stdio: "pipe", env, detached: true });
    const lose = (error: Error) => {
      if (!this.#closed) onLost(error);
      this.close();
    };
    this.#child.once("error", lose);
    this.#child.once("exit", (code, signal) => lose(new Error(`the engine ended (${signal ?? code})`)));
    this.#child.stdin.on("error", lose);
    this.#child.stderr.resume();
    createInterface({ input: this.#child.stdout }).on("line", (line) => {
      const heard = this.#closed || line.length > maxLine ? null : read(line);
      if (heard !== null && (heard.text !== "" || heard.isFinal)) onHeard(heard);
    });
  }

  write(pcm: Uint8Array): boolean {
    const { stdin } = this.#child;
    if (this.#closed || stdin.writableLength + pcm.length > maxQueuedBytes) return false;
    stdin.write(pcm);
    return true;
  }

  /** Silence is what tells the program: it has no other way to be told. */
  pause(): void {
    this.write(new Uint8Array(pauseBytes));
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    const { pid } = this.#child;
    try {
      if (pid !== undefined) process.kill(-pid, "SIGKILL");
    } catch {
      // it ended by itself
    }
  }
}
