/** What a block of sound is to the gate. */
export interface Gated {
  /** What is to be heard now, the oldest first: nothing while nobody speaks. */
  readonly blocks: readonly Float32Array[];
  /** Somebody spoke, and stopped. */
  readonly paused: boolean;
  /** How loud it is, 0 to 1. */
  readonly level: number;
}

/** Quieter than this is no speech, however quiet the room is. */
const minLevel = 0.004;
/** How much louder than the room speech is. */
const overNoise = 3;
/** Blocks from before the first loud one, where the first consonant is, and after the last. */
const leadBlocks = 4;
const trailBlocks = 8;
/** How fast the room's noise is learnt, in silence and, slowly, while something goes on without end. */
const learnInSilence = 0.05;
const learnInNoise = 0.002;

/**
 * Lets one person's speech through, in blocks of about 100 ms, and keeps silence and steady noise back: most people are
 * silent most of the time, and a recogniser that hears nothing costs nothing.
 */
export class VoiceGate {
  readonly #lead: Float32Array[] = [];
  #noise = minLevel / overNoise;
  /** Blocks that still belong to what was said; 0 while nobody speaks. */
  #left = 0;

  push(block: Float32Array): Gated {
    const level = Math.sqrt(block.reduce((sum, sample) => sum + sample * sample, 0) / Math.max(1, block.length));
    const isLoud = level > Math.max(minLevel, this.#noise * overNoise);
    this.#noise += (level - this.#noise) * (isLoud ? learnInNoise : learnInSilence);
    if (isLoud) {
      const blocks = this.#left > 0 ? [block] : [...this.#lead.splice(0), block];
      this.#left = trailBlocks;
      return { blocks, paused: false, level };
    }
    if (this.#left > 0) {
      this.#left -= 1;
      return { blocks: [block], paused: this.#left === 0, level };
    }
    this.#lead.push(block);
    if (this.#lead.length > leadBlocks) this.#lead.shift();
    return { blocks: [], paused: false, level };
  }
}
