import type { ChatMessage } from "./ChatMessage.ts";

/** What is here of a conversation, each message once, by the time of sending and else in the order of coming. */
export class Timeline {
  #messages: ChatMessage[] = [];
  readonly #known = new Set<string>();

  get messages(): readonly ChatMessage[] {
    return this.#messages;
  }

  /** Whether a message, an edit or a deletion of that id was here before; what somebody only told of was not. */
  knows(id: string): boolean {
    return this.#known.has(id) && !this.get(id)?.retoldBy;
  }

  /** Notes an id under which nothing stands. */
  note(id: string): void {
    this.#known.add(id);
  }

  get(id: string): ChatMessage | undefined {
    return this.#messages.findLast((message) => message.id === id);
  }

  /**
   * Puts a message where it belongs; false when it was here before. What was really delivered takes the place of what
   * somebody told of it, and never the other way round.
   */
  insert(message: ChatMessage): boolean {
    if (this.#known.has(message.id)) {
      if (message.retoldBy || this.knows(message.id)) return false;
      this.#messages = this.#messages.filter(({ id }) => id !== message.id);
    }
    this.#known.add(message.id);
    const before = this.#messages.findLastIndex(({ sentAt }) => sentAt <= message.sentAt);
    this.#messages = this.#messages.toSpliced(before + 1, 0, message);
    return true;
  }

  /** In the place of the message of the same id. */
  replace(message: ChatMessage): void {
    this.#messages = this.#messages.with(
      this.#messages.findLastIndex(({ id }) => id === message.id),
      message,
    );
  }

  /** Nothing is here any more; what was is still known, and does not come back. */
  clear(): void {
    this.#messages = [];
  }
}
