import { captionsBodySchema, type Caption, type CaptionsEvent } from "@sotto/protocol";
import type { MessageCodec } from "../chat/MessageCodec.ts";
import { Store, type ReadonlyStore } from "../store/Store.ts";

/** One caption that is to be read now. `id` stays the same while its text grows. `isFinal`: it does not change any more. */
export interface ShownCaption {
  readonly id: string;
  readonly participantId: string;
  readonly text: string;
  readonly isFinal: boolean;
}

export interface CaptionStoreOptions {
  /** The codec of our present seat. */
  readonly codec: () => MessageCodec;
  /** Whether that participant is a transcriber: nobody else's captions are shown. */
  readonly isTranscriber: (participantId: string) => boolean;
}

/** How long a caption is to be read after the last word of it came. */
export const captionShownMs = 8_000;
/** The oldest makes room for a newer one. */
const maxShown = 6;
/** Opened one after the other; beyond, the server floods us. */
const maxWaiting = 64;

/**
 * What was said in the last seconds, as a transcriber heard it, the oldest first. Sealed like chat in end-to-end encrypted
 * rooms; what cannot be opened is dropped and counted. Nothing of it is kept: what is gone from the screen is gone.
 */
export class CaptionStore implements ReadonlyStore<readonly ShownCaption[]> {
  readonly #options: CaptionStoreOptions;
  readonly #shown = new Store<readonly ShownCaption[]>([]);
  readonly #dropped = new Store(0);
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>();
  #opening: Promise<void> = Promise.resolve();
  #waiting = 0;
  #disposed = false;

  /** Made by `Meeting.join`. */
  constructor(options: CaptionStoreOptions) {
    this.#options = options;
  }

  get(): readonly ShownCaption[] {
    return this.#shown.get();
  }

  subscribe(listener: () => void): () => void {
    return this.#shown.subscribe(listener);
  }

  /** How many messages were dropped: forged, replayed, from nobody who may, too many, or no captions. */
  get dropped(): ReadonlyStore<number> {
    return this.#dropped;
  }

  /** Takes what the control plane passed on. */
  receive({ participantId, wire }: CaptionsEvent): void {
    if (!this.#options.isTranscriber(participantId) || this.#waiting >= maxWaiting) return this.#drop();
    this.#waiting += 1;
    this.#opening = this.#opening.then(async () => {
      try {
        const message = Uint8Array.from(atob(wire), (character) => character.charCodeAt(0));
        const { body } = await this.#options.codec().open(participantId, "captions", "", message);
        const json: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
        for (const caption of captionsBodySchema.parse(json).captions) this.#show(participantId, caption);
      } catch {
        this.#drop();
      }
      this.#waiting -= 1;
    });
  }

  /** Shows nothing any more. */
  dispose(): void {
    this.#disposed = true;
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    this.#shown.set([]);
  }

  #show(transcriberId: string, { participantId, text, isFinal, startMs }: Caption): void {
    if (this.#disposed) return;
    const caption = { id: `${transcriberId}/${participantId}/${startMs}`, participantId, text, isFinal };
    const before = this.#shown.get();
    const isKnown = before.some(({ id }) => id === caption.id);
    const after = isKnown ? before.map((each) => (each.id === caption.id ? caption : each)) : [...before, caption];
    for (const { id } of after.slice(0, -maxShown)) this.#forget(id);
    this.#shown.set(after.slice(-maxShown));
    this.#forget(caption.id);
    const expire = () => {
      this.#forget(caption.id);
      this.#shown.set(this.#shown.get().filter(({ id }) => id !== caption.id));
    };
    this.#timers.set(caption.id, setTimeout(expire, captionShownMs));
  }

  #forget(id: string): void {
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
  }

  #drop(): void {
    this.#dropped.set(this.#dropped.get() + 1);
  }
}
