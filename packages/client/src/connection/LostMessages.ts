import { Store, type ReadonlyStore } from "../store/Store.ts";
import { areMessagesUp, type ConnectionState } from "./ConnectionState.ts";
import type { LostInterval } from "./Deliveries.ts";

export interface LostMessagesOptions {
  readonly connection: ReadonlyStore<ConnectionState>;
  /** Sends again what the server had of our own and lost before it came back to us. */
  readonly resend: () => void;
}

/** When messages were sent that the server lost before they reached us, oldest first. What is ours of them is sent again. */
export class LostMessages implements ReadonlyStore<readonly LostInterval[]> {
  readonly #options: LostMessagesOptions;
  readonly #intervals = new Store<readonly LostInterval[]>([]);
  #mustResend = false;

  /** Made by `Meeting.join`. */
  constructor(options: LostMessagesOptions) {
    this.#options = options;
    options.connection.subscribe(() => this.#resend());
  }

  get(): readonly LostInterval[] {
    return this.#intervals.get();
  }

  subscribe(listener: () => void): () => void {
    return this.#intervals.subscribe(listener);
  }

  /** Takes the server's word for a loss, which it repeats with every resume. */
  note(lost: LostInterval): void {
    const known = this.#intervals.get();
    if (known.some(({ until }) => until === lost.until)) return;
    this.#intervals.set([...known, lost]);
    this.#mustResend = true;
    this.#resend();
  }

  /** As soon as messages can be sent. */
  #resend(): void {
    if (!this.#mustResend || !areMessagesUp(this.#options.connection.get())) return;
    this.#mustResend = false;
    this.#options.resend();
  }
}
