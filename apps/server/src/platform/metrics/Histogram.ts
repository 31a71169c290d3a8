import type { FixedLabel, Metric, Sample } from "./Metric.ts";

/** Upper bounds in seconds: from what is in memory to what somebody gives up on. */
const boundsSeconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

interface Observed {
  /** How many took at most as long as each bound, and longer than the one before. */
  counts: number[];
  sumSeconds: number;
  count: number;
}

/** How long each of a fixed set of things took, in seconds. */
export class Histogram<Value extends string> implements Metric {
  readonly kind = "histogram";
  readonly name: string;
  readonly help: string;
  readonly #label: string;
  readonly #observed: Map<Value, Observed>;

  constructor(name: string, help: string, { name: label, values }: FixedLabel<Value>) {
    this.name = name;
    this.help = help;
    this.#label = label;
    const nothing = () => ({ counts: boundsSeconds.map(() => 0), sumSeconds: 0, count: 0 });
    this.#observed = new Map(values.map((value) => [value, nothing()]));
  }

  observe(value: Value, seconds: number): void {
    const observed = this.#observed.get(value);
    if (observed === undefined) throw new Error(`${this.name} has no value for what was measured`);
    const bound = boundsSeconds.findIndex((each) => seconds <= each);
    if (bound !== -1) observed.counts[bound] = (observed.counts[bound] ?? 0) + 1;
    observed.sumSeconds += seconds;
    observed.count += 1;
  }

  samples(): Sample[] {
    return [...this.#observed].flatMap(([text, { counts, sumSeconds, count }]) => {
      const labels = { [this.#label]: text };
      let upTo = 0;
      const buckets = boundsSeconds.map((bound, index) => {
        upTo += counts[index] ?? 0;
        return { suffix: "_bucket", labels: { ...labels, le: String(bound) }, value: upTo };
      });
      return [
        ...buckets,
        { suffix: "_bucket", labels: { ...labels, le: "+Inf" }, value: count },
        { suffix: "_sum", labels, value: sumSeconds },
        { suffix: "_count", labels, value: count },
      ];
    });
  }
}
