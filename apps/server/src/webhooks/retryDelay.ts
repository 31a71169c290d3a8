const firstMs = 1_000;
/** So that what failed at one moment is not all attempted again at one moment. */
const jitter = 0.2;

/** How long the next attempt waits after so many have failed, in milliseconds. */
export function retryDelay(failed: number, maxMs: number): number {
  const delayMs = Math.min(maxMs, firstMs * 2 ** (failed - 1));
  return Math.round(delayMs * (1 - jitter * Math.random()));
}
