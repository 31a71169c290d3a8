/** One measured figure. `unit` is part of the name of every figure in the JSON line. */
export interface Figure {
  name: string;
  value: number;
  unit: "ms" | "/s" | "x" | "MiB" | "%" | "";
}

export interface Report {
  bench: string;
  /** What ran against what, how often, on what machine. */
  conditions: string;
  columns: readonly string[];
  rows: readonly (readonly string[])[];
  figures: readonly Figure[];
  /** Where the time or memory goes, or why a figure should be read with care. */
  notes: readonly string[];
}

/** The p-th percentile (0 to 100) by nearest rank; throws on an empty sample, since no figure is better than a wrong one. */
export function percentile(sample: readonly number[], p: number): number {
  const sorted = sample.toSorted((a, b) => a - b);
  const value = sorted[Math.max(0, Math.ceil((p / 100) * sorted.length) - 1)];
  if (value === undefined) throw new Error("a percentile needs at least one value");
  return value;
}

export function printTable(report: Report): void {
  const widths = report.columns.map((column, index) =>
    Math.max(column.length, ...report.rows.map((row) => (row[index] ?? "").length)),
  );
  const line = (cells: readonly string[]) =>
    widths
      .map((width, index) => (index === 0 ? (cells[0] ?? "").padEnd(width) : (cells[index] ?? "").padStart(width)))
      .join("  ");
  console.log(`${report.bench}: ${report.conditions}\n`);
  console.log(line(report.columns));
  console.log(widths.map((width) => "-".repeat(width)).join("  "));
  for (const row of report.rows) console.log(line(row));
  for (const note of report.notes) console.log(`\n${note}`);
}

export function printJson(report: Report): void {
  const figures = Object.fromEntries(
    report.figures.map(({ name, value, unit }) => [unit ? `${name} (${unit})` : name, round(value)]),
  );
  console.log(JSON.stringify({ bench: report.bench, conditions: report.conditions, figures }));
}

function round(value: number): number {
  return Number(value.toPrecision(4));
}
