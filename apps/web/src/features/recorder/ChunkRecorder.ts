/** Remuxing is all that H.264 needs to be played everywhere; a Chromium without an encoder for it records VP8. */
const formats = ["video/x-matroska;codecs=avc1,opus", "video/webm;codecs=vp8,opus"];

interface ChunkRecorderOptions {
  readonly tracks: readonly MediaStreamTrack[];
  readonly chunkMs: number;
  readonly videoBitsPerSecond: number;
  readonly audioBitsPerSecond: number;
  /** Gets every chunk, one after the other. */
  readonly onChunk: (bytes: Uint8Array) => Promise<void>;
}

/** Encodes tracks into Matroska that can be cut off after any chunk. */
export class ChunkRecorder {
  readonly #recorder: MediaRecorder;
  readonly #ended: Promise<void>;
  #handedOver: Promise<void> = Promise.resolve();

  constructor({ tracks, chunkMs, onChunk, ...rates }: ChunkRecorderOptions) {
    const mimeType = formats.find((format) => MediaRecorder.isTypeSupported(format));
    if (mimeType === undefined) throw new Error("this browser can encode neither H.264 nor VP8");
    // Seeking and a second part after a crash begin at a key frame.
    const options = { mimeType, ...rates, videoKeyFrameIntervalDuration: chunkMs };
    this.#recorder = new MediaRecorder(new MediaStream([...tracks]), options);
    this.#recorder.addEventListener("dataavailable", ({ data }) => {
      this.#handedOver = this.#handedOver.then(async () => {
        if (data.size > 0) await onChunk(new Uint8Array(await data.arrayBuffer()));
      });
      // Whoever stops it hears of a failure.
      this.#handedOver.catch(() => undefined);
    });
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#recorder.addEventListener("stop", () => resolve());
    this.#recorder.addEventListener("error", () => reject(new Error("the browser stopped encoding")));
    this.#ended = promise;
    promise.catch(() => undefined);
    this.#recorder.start(chunkMs);
  }

  /** Resolves when the last chunk is handed over. */
  async stop(): Promise<void> {
    if (this.#recorder.state !== "inactive") this.#recorder.stop();
    await this.#ended;
    await this.#handedOver;
  }
}
