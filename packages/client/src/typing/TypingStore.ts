import { typingBodySchema, type TypingBody } from "@sotto/protocol";
import type { EphemeralMessages } from "../ephemeral/EphemeralMessages.ts";
import { Store, type ReadonlyStore } from "../store/Store.ts";

/** Somebody who has not said again that they are typing does so no longer. */
const expiresMs = 5_000;
const sayAgainMs = 3_000;

/** Ids of the others who are writing to everybody now, in the order in which they began. */
export class TypingStore implements ReadonlyStore<readonly string[]> {
  readonly #messages: EphemeralMessages;
  readonly #typing = new Store<readonly string[]>([]);
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>();
  #saidAt: number | null = null;
  #disposed = false;

  /** Made by `Meeting.join`. */
  constructor(messages: EphemeralMessages) {
    this.#messages = messages;
    messages.on("typing", typingBodySchema, (participantId, { typing }) => {
      if (typing) this.#hear(participantId);
      else this.clear(participantId);
    });
  }

  get(): readonly string[] {
    return this.#typing.get();
  }

  subscribe(listener: () => void): () => void {
    return this.#typing.subscribe(listener);
  }

  /** To be called at every change of what is being written to everybody; the others hear of it every 3 s at most. */
  type(): void {
    const now = Date.now();
    if (this.#saidAt !== null && now - this.#saidAt < sayAgainMs) return;
    this.#saidAt = now;
    this.#messages.send("typing", { typing: true } satisfies TypingBody);
  }

  /** Nothing is being written any more: it was sent or deleted. */
  stop(): void {
    if (this.#saidAt === null) return;
    this.#saidAt = null;
    this.#messages.send("typing", { typing: false } satisfies TypingBody);
  }

  /** Somebody's message is here, so that they are not typing it any more. */
  clear(participantId: string): void {
    clearTimeout(this.#timers.get(participantId));
    if (this.#timers.delete(participantId)) this.#publish();
  }

  /** Nobody is typing any more. */
  dispose(): void {
    this.#disposed = true;
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    this.#publish();
  }

  #hear(participantId: string): void {
    if (this.#disposed) return;
    const known = this.#timers.get(participantId);
    clearTimeout(known);
    this.#timers.set(
      participantId,
      setTimeout(() => this.clear(participantId), expiresMs),
    );
    if (known === undefined) this.#publish();
  }

  #publish(): void {
    this.#typing.set([...this.#timers.keys()]);
  }
}
