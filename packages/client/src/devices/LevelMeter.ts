import { Store, type ReadonlyStore } from "../store/Store.ts";

const intervalMs = 50;
/** What counts as silence and as full: ordinary speech lies between. */
const floorDb = -58;
const ceilingDb = -14;

/** How loud an audio track is, 20 times a second. It only measures: nothing is recorded or played. */
export class LevelMeter implements AsyncDisposable {
  readonly #context = new AudioContext();
  readonly #level = new Store(0);
  readonly #timer: ReturnType<typeof setInterval>;

  constructor(track: MediaStreamTrack) {
    const analyser = this.#context.createAnalyser();
    analyser.fftSize = 1024;
    this.#context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    this.#timer = setInterval(() => {
      // A page that has not been touched yet may have to wait; it may go on once it captures or is clicked.
      if (this.#context.state === "suspended") void this.#context.resume();
      analyser.getFloatTimeDomainData(samples);
      this.#level.set(levelOf(samples));
    }, intervalMs);
  }

  /** 0 (silence) to 1 (loud), even to the ear: linear in decibels. */
  get level(): ReadonlyStore<number> {
    return this.#level;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    await this.#context.close();
  }
}

/** The level of one block of samples (-1 to 1): 0 to 1 between {@link floorDb} and {@link ceilingDb}, in 50 steps. */
export function levelOf(samples: Float32Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  const decibel = 10 * Math.log10(sum / samples.length);
  const level = (decibel - floorDb) / (ceilingDb - floorDb);
  return Math.round(Math.min(1, Math.max(0, level)) * 50) / 50;
}
