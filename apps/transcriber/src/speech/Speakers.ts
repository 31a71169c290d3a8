import { maxCaptionLength, type Caption } from "@sotto/protocol";
import type { Engine, Heard, Recogniser } from "../engine/Engine.ts";

export interface SpeakersOptions {
  readonly engine: Engine;
  /** How many people are heard at the same time; of more, the loudest. */
  readonly atOnce: number;
  /** Milliseconds since the transcription began. */
  readonly now: () => number;
  readonly onCaption: (caption: Caption) => void;
  /** An engine ended by itself; its speaker gets another one. */
  readonly onLost: (error: Error) => void;
}

/** Somebody who is heard now, or was until a moment ago. */
interface Slot {
  readonly participantId: string;
  readonly recogniser: Recogniser;
  /** When what is being said began; null between two utterances. */
  startMs: number | null;
  lastStartMs: number;
  /** When the last sound came. */
  heardMs: number;
  level: number;
}

/** After so long without a sound somebody's place is free for another, and after the second it is given up anyway. */
const quietMs = 2_000;
const idleMs = 60_000;
/** How much louder somebody has to be to take the place of one who is speaking. */
const louder = 1.5;
/** A new sound counts this much to how loud somebody is. */
const smoothing = 0.2;

/**
 * Gives whoever speaks a recogniser of their own, as far as there are any. A recogniser hears one person and is closed
 * with their place: what it says late is theirs, or nobody's.
 */
export class Speakers {
  readonly #options: SpeakersOptions;
  readonly #slots = new Map<string, Slot>();
  #unheard = 0;

  constructor(options: SpeakersOptions) {
    this.#options = options;
  }

  /** How many pieces of sound nobody had time for. */
  get unheard(): number {
    return this.#unheard;
  }

  /** Sound of somebody who is speaking. */
  hear(participantId: string, pcm: Uint8Array, level: number): void {
    const nowMs = this.#options.now();
    for (const slot of this.#slots.values()) if (nowMs - slot.heardMs > idleMs) this.forget(slot.participantId);
    const slot = this.#slots.get(participantId) ?? this.#take(participantId, level, nowMs);
    if (!slot?.recogniser.write(pcm)) return void (this.#unheard += 1);
    slot.level += (level - slot.level) * smoothing;
    slot.heardMs = nowMs;
    slot.startMs ??= Math.max(nowMs, slot.lastStartMs + 1);
  }

  /** They stopped speaking. */
  pause(participantId: string): void {
    this.#slots.get(participantId)?.recogniser.pause();
  }

  /** Nothing more of this person is heard or told: they left, or took their agreement back. */
  forget(participantId: string): void {
    this.#slots.get(participantId)?.recogniser.close();
    this.#slots.delete(participantId);
  }

  dispose(): void {
    for (const participantId of this.#slots.keys()) this.forget(participantId);
  }

  #take(participantId: string, level: number, nowMs: number): Slot | null {
    const { engine, atOnce, onLost } = this.#options;
    if (this.#slots.size >= atOnce) {
      const others = [...this.#slots.values()];
      const quiet = others.filter(({ heardMs }) => nowMs - heardMs > quietMs).toSorted((a, b) => a.heardMs - b.heardMs);
      const quietest = others.toSorted((a, b) => a.level - b.level)[0];
      const leaving = quiet[0] ?? (quietest && quietest.level * louder < level ? quietest : undefined);
      if (!leaving) return null;
      this.forget(leaving.participantId);
    }
    const recogniser = engine.open({
      onHeard: (heard) => this.#caption(slot, heard),
      onLost: (error) => {
        if (this.#slots.get(participantId) === slot) this.#slots.delete(participantId);
        onLost(error);
      },
    });
    const slot: Slot = { participantId, recogniser, startMs: null, lastStartMs: -1, heardMs: nowMs, level };
    this.#slots.set(participantId, slot);
    return slot;
  }

  #caption(slot: Slot, { text, isFinal }: Heard): void {
    const { participantId, startMs, heardMs } = slot;
    if (this.#slots.get(participantId) !== slot || startMs === null) return;
    if (isFinal) {
      slot.startMs = null;
      slot.lastStartMs = startMs;
    }
    if (text === "") return;
    const ended = isFinal ? { endMs: Math.max(heardMs, startMs) } : {};
    // Of words that are too many the last are the news, and a caption that is final is to be read from its beginning.
    const shown = isFinal ? text.slice(0, maxCaptionLength) : text.slice(-maxCaptionLength);
    this.#options.onCaption({ participantId, text: shown, isFinal, startMs, ...ended });
  }
}
