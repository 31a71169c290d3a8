// Runs in the audio thread, where nothing can be imported: gathers sound into blocks of 100 ms for the page.

/** What the audio thread has and TypeScript's libraries do not know. */
interface WorkletProcessor {
  readonly port: MessagePort;
}
interface AudioThread {
  AudioWorkletProcessor: new () => WorkletProcessor;
  registerProcessor(name: string, processor: new () => WorkletProcessor): void;
}
const audioThread = globalThis as unknown as AudioThread;

const blockLength = 1_600;

audioThread.registerProcessor(
  "pcm",
  class extends audioThread.AudioWorkletProcessor {
    #block = new Float32Array(blockLength);
    #filled = 0;

    process([input]: Float32Array[][]): boolean {
      for (const sample of input?.[0] ?? []) {
        this.#block[this.#filled++] = sample;
        if (this.#filled < blockLength) continue;
        this.port.postMessage(this.#block, [this.#block.buffer]);
        this.#block = new Float32Array(blockLength);
        this.#filled = 0;
      }
      return true;
    }
  },
);
