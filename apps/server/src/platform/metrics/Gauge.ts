import type { FixedLabel, Metric, Sample } from "./Metric.ts";

type Read<Value extends string> = (value: Value) => number | Promise<number>;

/** Numbers that are looked up when somebody asks: one, or one for each value of a label. */
export class Gauge<Value extends string> implements Metric {
  readonly kind: "gauge" | "counter";
  readonly name: string;
  readonly help: string;
  readonly #label: FixedLabel<Value> | null;
  readonly #read: Read<Value>;

  private constructor(
    name: string,
    help: string,
    label: FixedLabel<Value> | null,
    read: Read<Value>,
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
    read: Read<Value>,
  ): Gauge<Value> {
    return new Gauge(name, help, label, read);
  }

  async samples(): Promise<Sample[]> {
    const label = this.#label;
    if (label === null) return [{ labels: {}, value: await this.#read("" as Value) }];
    const looked = label.values.map(async (value) => ({
      labels: { [label.name]: value },
      value: await this.#read(value),
    }));
    return Promise.all(looked);
  }
}
