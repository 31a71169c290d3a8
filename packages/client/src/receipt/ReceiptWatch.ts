import { signedReceiptSchema, type Receipt } from "@sotto/protocol";
import type { SottoApi } from "../api/SottoApi.ts";
import { pause } from "../connection/backoff.ts";
import { SottoError } from "../SottoError.ts";
import { Store, type ReadonlyStore } from "../store/Store.ts";

/**
 * - `checking`: the server deletes what it held, and looks again.
 * - `here`: `document` is the text to keep, byte by byte: its signature covers what is in it. While the receipt's result
 *   is `left`, a better one may take its place.
 * - `unavailable`: there is none for us. Final.
 */
export type ReceiptState =
  | { readonly status: "checking" }
  | { readonly status: "here"; readonly receipt: Receipt; readonly document: string }
  | { readonly status: "unavailable" };

export interface ReceiptPatience {
  /** Between two questions, in milliseconds; while something is left, five times that. */
  readonly pollMs: number;
  /** How long a receipt is waited for, and after that how long a better one, in milliseconds. */
  readonly patienceMs: number;
}

const usualPatience: ReceiptPatience = { pollMs: 1_000, patienceMs: 90_000 };
/** Of a server that is busy, restarting or out of reach. */
const passing: readonly string[] = ["server_unreachable", "unavailable", "rate_limited", "internal"];

/** Waits for the data receipt of a meeting that is over. Dispose it when nobody looks any more. */
export class ReceiptWatch implements Disposable {
  readonly #state = new Store<ReceiptState>({ status: "checking" });
  readonly #closing = new AbortController();
  readonly #api: SottoApi;
  readonly #token: string;
  readonly #patience: ReceiptPatience;

  /** `token`: what the meeting's `receiptToken` was. */
  constructor(api: SottoApi, token: string, patience: ReceiptPatience = usualPatience) {
    this.#api = api;
    this.#token = token;
    this.#patience = patience;
    void this.#watch();
  }

  get state(): ReadonlyStore<ReceiptState> {
    return this.#state;
  }

  [Symbol.dispose](): void {
    this.#closing.abort();
  }

  async #watch(): Promise<void> {
    const { signal } = this.#closing;
    const { pollMs, patienceMs } = this.#patience;
    let deadline = Date.now() + patienceMs;
    while (!signal.aborted) {
      const before = this.#state.get();
      const next = await this.#ask(before);
      if (signal.aborted) return;
      this.#state.set(next);
      if (next.status === "here" && before.status !== "here") deadline = Date.now() + patienceMs;
      if (next.status === "unavailable" || (next.status === "here" && next.receipt.result === "gone")) return;
      if (Date.now() >= deadline) {
        if (next.status === "checking") this.#state.set({ status: "unavailable" });
        return;
      }
      await pause(next.status === "here" ? 5 * pollMs : pollMs, signal);
    }
  }

  /** What is known now; what it was where that cannot be found out at the moment. */
  async #ask(before: ReceiptState): Promise<ReceiptState> {
    try {
      const answer = await this.#api.receipt(this.#token, this.#closing.signal);
      return answer.status === "ready" ? { status: "here", ...read(answer.document) } : before;
    } catch (error) {
      const { code } = SottoError.from(error);
      return before.status === "here" || passing.includes(code) ? before : { status: "unavailable" };
    }
  }
}

/** Throws a {@link SottoError} for a document that is no receipt. */
function read(document: string): { receipt: Receipt; document: string } {
  try {
    return { receipt: signedReceiptSchema.parse(JSON.parse(document)).receipt, document };
  } catch (cause) {
    throw new SottoError("not_found", "The server's receipt is none that this client can read.", { cause });
  }
}
