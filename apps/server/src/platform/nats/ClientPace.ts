import { Budget, type BudgetSize } from "./Budget.ts";
import type { ClientMessageGuard, Forbidden } from "./ClientMessageGuard.ts";
import type { ReadGate } from "./ReadGate.ts";

interface ClientPaceOptions {
  gate: ReadGate;
  guard: ClientMessageGuard;
  /** Protocol lines: messages, subscriptions, pings. */
  lines: BudgetSize;
  onForbidden: (why: Forbidden) => void;
}

/** So many lines go on before the budget is looked at again. */
const linesAtOnce = 32;

/** Passes on what a client writes, message by message, no faster than its budget; the rest waits and is read no further. */
export class ClientPace {
  readonly #options: ClientPaceOptions;
  readonly #budget: Budget;
  readonly #waiting: Buffer[] = [];
  #timer: NodeJS.Timeout | null = null;
  #stopped = false;

  constructor(options: ClientPaceOptions) {
    this.#options = options;
    this.#budget = new Budget(options.lines);
  }

  write(bytes: Buffer): void {
    if (this.#stopped) return;
    this.#waiting.push(bytes);
    if (this.#timer === null) this.#passOn();
  }

  dispose(): void {
    this.#stopped = true;
    this.#waiting.length = 0;
    if (this.#timer) clearTimeout(this.#timer);
  }

  #passOn(): void {
    const { gate, guard, onForbidden } = this.#options;
    this.#timer = null;
    for (let bytes = this.#waiting.shift(); bytes; bytes = this.#waiting.shift()) {
      const passed = guard.read(bytes, linesAtOnce);
      if (typeof passed === "string") {
        this.dispose();
        return onForbidden(passed);
      }
      gate.forward(bytes.subarray(0, passed.bytes), true);
      if (passed.bytes < bytes.length) this.#waiting.unshift(bytes.subarray(passed.bytes));
      const waitMs = this.#budget.spend(passed.lines);
      if (waitMs === 0) continue;
      gate.delay(waitMs);
      this.#timer = setTimeout(() => this.#passOn(), waitMs);
      return;
    }
  }
}
