import { Budget, type BudgetSize } from "./Budget.ts";

/** Beyond this many, those that nobody has touched for a while are forgotten. */
const manyBudgets = 10_000;

/** A token bucket for each of many, in this node's memory. */
export class Budgets {
  readonly #size: BudgetSize;
  readonly #budgets = new Map<string, Budget>();
  #forgetAt = manyBudgets;

  constructor(size: BudgetSize) {
    this.#size = size;
  }

  /** Spends one of `key`'s, if there is one. */
  take(key: string): boolean {
    let budget = this.#budgets.get(key);
    if (budget === undefined) {
      if (this.#budgets.size >= this.#forgetAt) this.#forget();
      budget = new Budget(this.#size);
      this.#budgets.set(key, budget);
    }
    return budget.take();
  }

  /** A full one is as good as none. */
  #forget(): void {
    for (const [key, budget] of this.#budgets) if (budget.isFull()) this.#budgets.delete(key);
    this.#forgetAt = Math.max(manyBudgets, 2 * this.#budgets.size);
  }
}
