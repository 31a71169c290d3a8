import type { FixedLabel, Metric, Sample } from "./Metric.ts";

/** Numbers that are looked up when somebody asks: one, or one for each value of a label. */
export class Gauge<Value extends string> implements Metric {
  readonly kind: "gauge" | "counter";
  readonly name: string;
  readonly help: string;
  readonly #label: FixedLabel<Value> | null;
  readonly #read: (value: Value) => number;

  private constructor(
    name: string,
    help: string,
    label: FixedLabel<Value> | null,
    read: (value: Value) => number,
    kind: "gauge" | "counter" = "gauge",
  ) {
    this.kind = kind;
    this.name = name;
    this.help = help;
    this.#label = label;
    this.#read = read;
  }

  static one(name: string, help: string, read: () => number): Gauge<""> {
    return new Gauge<"">(name, help, null, read);
  }

  /** Of something that only grows and is counted elsewhere. */
  static total(name: string, help: string, read: () => number): Gauge<""> {
    return new Gauge<"">(name, help, null, read, "counter");
  }

  static each<Value extends string>(
    name: string,
    help: string,
    label: FixedLabel<Value>,
    read: (value: Value) => number,
  ): Gauge<Value> {
    return new Gauge(name, help, label, read);
  }

  samples(): Sample[] {
    const label = this.#label;
    if (label === null) return [{ labels: {}, value: this.#read("" as Value) }];
    return label.values.map((value) => ({ labels: { [label.name]: value }, value: this.#read(value) }));
  }
}
