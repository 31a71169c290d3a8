const units = ["byte", "kilobyte", "megabyte", "gigabyte"] as const;

/** A size as people say it, such as `3.2 MB`; a kilobyte has 1024 bytes here as in the installation's limits. */
export function formatBytes(bytes: number, language: string): string {
  const step = Math.min(units.length - 1, bytes < 1 ? 0 : Math.floor(Math.log2(bytes) / 10));
  const value = bytes / 1024 ** step;
  const maximumFractionDigits = step === 0 || value >= 100 ? 0 : 1;
  const unit = units[step] ?? "byte";
  return new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "short", maximumFractionDigits }).format(
    value,
  );
}
