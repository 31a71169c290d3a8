import type { FixedLabel, Metric, Sample } from "./Metric.ts";

/** How often each of a fixed set of things happened. All start at 0, so that a rate is right from the first one on. */
export class Counter<Value extends string> implements Metric {
  readonly kind = "counter";
  readonly name: string;
  readonly help: string;
  readonly #label: string;
  readonly #counts: Map<Value, number>;

  constructor(name: string, help: string, { name: label, values }: FixedLabel<Value>) {
    this.name = name;
    this.help = help;
    this.#label = label;
    this.#counts = new Map(values.map((value) => [value, 0]));
  }

  add(value: Value): void {
    const count = this.#counts.get(value);
    if (count === undefined) throw new Error(`${this.name} has no value for what happened`);
    this.#counts.set(value, count + 1);
  }

  samples(): Sample[] {
    return [...this.#counts].map(([text, value]) => ({ labels: { [this.#label]: text }, value }));
  }
}
