/**
 * Something that is counted or measured, in Prometheus's terms. Its label, if it has one, has values that are fixed in code,
 * which is why this is no library: those make a series of whatever value comes along.
 */
export interface Metric {
  readonly name: string;
  readonly help: string;
  readonly kind: "counter" | "gauge" | "histogram";
  /** Always the same ones; only their values change. */
  samples(): Sample[] | Promise<Sample[]>;
}

export interface Sample {
  /** What follows the metric's name, such as `_bucket`. */
  suffix?: string;
  labels: Readonly<Record<string, string>>;
  value: number;
}

/** A label with every value that it can ever have. */
export interface FixedLabel<Value extends string> {
  name: string;
  values: readonly Value[];
}

/** The text that Prometheus reads (format 0.0.4). */
export async function renderMetrics(metrics: readonly Metric[]): Promise<string> {
  const looked = metrics.map(async (metric) => ({ metric, samples: await metric.samples() }));
  return (await Promise.all(looked))
    .flatMap(({ metric, samples }) => [
      `# HELP ${metric.name} ${metric.help}`,
      `# TYPE ${metric.name} ${metric.kind}`,
      ...samples.map((sample) => `${metric.name}${renderSample(sample)}`),
    ])
    .map((line) => `${line}\n`)
    .join("");
}

function renderSample({ suffix = "", labels, value }: Sample): string {
  const pairs = Object.entries(labels).map(([name, text]) => `${name}="${text}"`);
  return `${suffix}${pairs.length === 0 ? "" : `{${pairs.join(",")}}`} ${value}`;
}
