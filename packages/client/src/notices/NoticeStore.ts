import type { NoticeEvent } from "@sotto/protocol";
import { Store, type ReadonlyStore } from "../store/Store.ts";

/** A word of whoever set the meeting up: plain text, not end-to-end encrypted, and nobody's in the meeting. */
export type Notice = Readonly<NoticeEvent>;

/** Older ones make room: they were shown in their time. */
const maxNotices = 5;

/** Notices that we have not dismissed, the newest last. None are told to who comes later, or after a reload. */
export class NoticeStore implements ReadonlyStore<readonly Notice[]> {
  readonly #notices = new Store<readonly Notice[]>([]);

  get(): readonly Notice[] {
    return this.#notices.get();
  }

  subscribe(listener: () => void): () => void {
    return this.#notices.subscribe(listener);
  }

  /** Takes a notice, each one once. */
  hear(notice: Notice): void {
    const others = this.#notices.get();
    if (!others.some(({ id }) => id === notice.id)) this.#notices.set([...others, notice].slice(-maxNotices));
  }

  /** Puts one away. Nobody is told. */
  dismiss(id: string): void {
    this.#notices.set(this.#notices.get().filter((notice) => notice.id !== id));
  }
}
