declare global {
  interface Window {
    /** What the specimen's callbacks were called with, in order; tests read it. */
    reports?: unknown[];
  }
}

/** Makes a callback for a specimen that only notes that it was called, and with which plain values (not events). */
export function report(name: string): (...values: unknown[]) => void {
  return (...values) => {
    (window.reports ??= []).push([name, ...values.filter((value) => typeof value !== "object")]);
  };
}
