import type { AskedEvent } from "@sotto/protocol";
import type { LocalMedia } from "../media/LocalMedia.ts";
import { Store, type ReadonlyStore } from "../store/Store.ts";

/** A host's wish that we switch something on. `by`: the host's participant id. */
export type AskedToUnmute = Readonly<AskedEvent>;

/**
 * What hosts ask us to switch on, one wish per source, the newest last. A wish goes away when it is accepted or
 * dismissed, when the source is on anyway, and when it is locked.
 */
export class AskedStore implements ReadonlyStore<readonly AskedToUnmute[]> {
  readonly #media: Pick<LocalMedia, "state" | "setMicrophone" | "setCamera">;
  readonly #asked = new Store<readonly AskedToUnmute[]>([]);

  /** Made by `Meeting.join`. */
  constructor(media: Pick<LocalMedia, "state" | "setMicrophone" | "setCamera">) {
    this.#media = media;
    media.state.subscribe(() => this.#set(this.#asked.get()));
  }

  get(): readonly AskedToUnmute[] {
    return this.#asked.get();
  }

  subscribe(listener: () => void): () => void {
    return this.#asked.subscribe(listener);
  }

  /** Takes a wish; a newer one for the same source takes the place of an older one. */
  hear(asked: AskedToUnmute): void {
    this.#set([...this.#without(asked.source), asked]);
  }

  /** Switches it on. Resolves when done or failed: failures are in the local media's state. */
  async accept(source: AskedToUnmute["source"]): Promise<void> {
    this.dismiss(source);
    await (source === "microphone" ? this.#media.setMicrophone(true) : this.#media.setCamera(true));
  }

  /** Leaves it off; nobody is told. */
  dismiss(source: AskedToUnmute["source"]): void {
    this.#set(this.#without(source));
  }

  #without(source: AskedToUnmute["source"]): AskedToUnmute[] {
    return this.#asked.get().filter((asked) => asked.source !== source);
  }

  #set(asked: readonly AskedToUnmute[]): void {
    const state = this.#media.state.get();
    const open = asked.filter(({ source }) => state[source].allowed && !state[source].enabled);
    const before = this.#asked.get();
    if (open.length !== before.length || open.some((wish, index) => wish !== before[index])) this.#asked.set(open);
  }
}
