import { reactionBodySchema, type Reaction, type ReactionBody } from "@sotto/protocol";
import type { EphemeralMessages } from "../ephemeral/EphemeralMessages.ts";
import { Store, type ReadonlyStore } from "../store/Store.ts";

/** One reaction that is to be seen now. `id` is unique in this page. */
export interface ShownReaction {
  readonly id: number;
  readonly participantId: string;
  readonly reaction: Reaction;
}

/** How long a reaction is to be seen. */
export const reactionShownMs = 4_000;
/** Of one participant at a time; a newer one takes the place of the oldest. */
const maxPerParticipant = 5;

/** The reactions of the last seconds, everybody's and our own, the oldest first. */
export class ReactionStore implements ReadonlyStore<readonly ShownReaction[]> {
  readonly #selfId: string;
  readonly #messages: EphemeralMessages;
  readonly #shown = new Store<readonly ShownReaction[]>([]);
  readonly #timers = new Set<ReturnType<typeof setTimeout>>();
  #nextId = 0;
  #sent = 0;
  #disposed = false;

  /** Made by `Meeting.join`. */
  constructor(selfId: string, messages: EphemeralMessages) {
    this.#selfId = selfId;
    this.#messages = messages;
    messages.on("reactions", reactionBodySchema, (participantId, { reaction }) => this.#show(participantId, reaction));
  }

  get(): readonly ShownReaction[] {
    return this.#shown.get();
  }

  subscribe(listener: () => void): () => void {
    return this.#shown.subscribe(listener);
  }

  /** How many of our own were shown to the others. */
  get sent(): number {
    return this.#sent;
  }

  /** Shows a reaction to everybody, ourselves included. False, and nothing, when there were too many just now. */
  send(reaction: Reaction): boolean {
    const sent = this.#messages.send("reactions", { reaction } satisfies ReactionBody);
    if (!sent) return false;
    this.#sent += 1;
    this.#show(this.#selfId, reaction);
    return true;
  }

  /** Shows nothing any more. */
  dispose(): void {
    this.#disposed = true;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#shown.set([]);
  }

  #show(participantId: string, reaction: Reaction): void {
    if (this.#disposed) return;
    const id = this.#nextId++;
    const own = this.#shown.get().filter((shown) => shown.participantId === participantId);
    const surplus = own.length < maxPerParticipant ? undefined : own[0];
    const kept = this.#shown.get().filter((shown) => shown !== surplus);
    this.#shown.set([...kept, { id, participantId, reaction }]);
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.#shown.set(this.#shown.get().filter((shown) => shown.id !== id));
    }, reactionShownMs);
    this.#timers.add(timer);
  }
}
