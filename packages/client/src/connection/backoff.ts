/**
 * Milliseconds to wait before attempt `attempt` (0 for the first): doubling from 250 ms to 5 s, of which a random half,
 * so that everybody who lost the same server does not come back in the same moment.
 */
export function backoffMs(attempt: number): number {
  const ceilingMs = Math.min(5_000, 250 * 2 ** attempt);
  return ceilingMs * (0.5 + Math.random() / 2);
}

/** Resolves after `ms`, or at once when the signal aborts: look at the signal afterwards. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done);
  });
}
