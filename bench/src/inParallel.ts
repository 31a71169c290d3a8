/** Runs `work` for every item, at most `width` at a time. Failures are collected, not thrown. Durations in milliseconds. */
export async function inParallel<T>(
  items: readonly T[],
  width: number,
  work: (item: T) => Promise<void>,
): Promise<{ seconds: number; durationsMs: number[]; failures: unknown[] }> {
  const durationsMs: number[] = [];
  const failures: unknown[] = [];
  const queue = items.values();
  const start = performance.now();
  await Promise.all(
    Array.from({ length: width }, async () => {
      for (const item of queue) {
        const began = performance.now();
        try {
          await work(item);
          durationsMs.push(performance.now() - began);
        } catch (error) {
          failures.push(error);
        }
      }
    }),
  );
  return { seconds: (performance.now() - start) / 1000, durationsMs, failures };
}
