/** More than a stream takes in a millisecond. */
const sequencesPerMs = 1_000;

/**
 * The first sequence of a stream that is made now: above `newest`, and above every sequence that one of the same name had
 * when NATS lost it, whether this node knows it or not. So revisions go on growing, and who asks for what comes after the
 * last message they have gets what comes next.
 */
export function firstSequenceAfter(newest: number): number {
  return Math.max(Date.now(), Math.ceil(newest / sequencesPerMs) + 1) * sequencesPerMs;
}
