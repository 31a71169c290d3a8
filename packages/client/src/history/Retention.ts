/** How long a browser keeps what was written in its meetings. */
export type Retention = "nothing" | "meeting" | "7days" | "30days";

const dayMs = 24 * 60 * 60_000;

/**
 * After the last message. `meeting` ends with the meeting, or when the person leaves it; a page that was closed before it
 * heard of either leaves something behind, for a day.
 */
const longestMs: Record<Retention, number> = { nothing: -1, meeting: dayMs, "7days": 7 * dayMs, "30days": 30 * dayMs };

/** Whether what was last written at `lastAt` (Unix milliseconds) is not to be kept any longer. */
export function isExpired(retention: Retention, lastAt: number, now: number): boolean {
  return now - lastAt > longestMs[retention];
}
