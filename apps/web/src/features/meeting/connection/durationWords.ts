/** Whole seconds, from a minute and a half on whole minutes, in words: "40 seconds", "2 minutes". */
export function durationWords(ms: number, language: string): string {
  const seconds = Math.max(1, Math.round(ms / 1_000));
  const [amount, unit] = seconds < 90 ? [seconds, "second"] : [Math.round(seconds / 60), "minute"];
  return new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "long" }).format(amount);
}
