/** All sound here: mono, 16 bits a sample, little-endian, this many samples a second. */
export const sampleRate = 16_000;

/** What was heard so far (`isFinal: false`, replaced by the next), or what was said in the end. */
export interface Heard {
  readonly text: string;
  readonly isFinal: boolean;
}

export interface RecogniserListener {
  readonly onHeard: (heard: Heard) => void;
  /** It does not hear anything any more, and nobody closed it. */
  readonly onLost: (error: Error) => void;
}

/** Hears one person, and nobody else for as long as it lives: what comes late cannot be taken for another's words. */
export interface Recogniser {
  /** `false` where it cannot keep up: this part is not heard. */
  write(pcm: Uint8Array): boolean;
  /** The person stopped speaking: what was said is final. */
  pause(): void;
  close(): void;
}

/** A speech recogniser on this machine. */
export interface Engine {
  readonly name: string;
  open(listener: RecogniserListener): Recogniser;
}
