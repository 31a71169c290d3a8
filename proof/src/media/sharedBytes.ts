/** A run of bytes this long is in two frames by copying, not by chance; the longest part left in clear (VP8) has 10. */
const runBytes = 16;

/** How much of what arrived is what was sent. */
export interface SharedBytes {
  sent: number;
  arrived: number;
  /** Frames that arrived exactly as one was sent. */
  equal: number;
  /** Frames that arrived with a run of bytes of one that was sent. */
  partlyEqual: number;
}

/** Compares every frame that arrived with every one that was sent; both in base64. */
export function compareFrames(sent: readonly string[], arrived: readonly string[]): SharedBytes {
  const whole = new Set(sent);
  const runs = new Set(sent.flatMap((frame) => [...runsOf(frame)]));
  return {
    sent: sent.length,
    arrived: arrived.length,
    equal: arrived.filter((frame) => whole.has(frame)).length,
    partlyEqual: arrived.filter((frame) => [...runsOf(frame)].some((run) => runs.has(run))).length,
  };
}

/** Every run of the frame. A run that repeats a single byte (padding) is none: it says nothing about its origin. */
function* runsOf(frame: string): Generator<string> {
  const bytes = Buffer.from(frame, "base64").toString("latin1");
  for (let start = 0; start + runBytes <= bytes.length; start++) {
    const run = bytes.slice(start, start + runBytes);
    if (new Set(run).size > 1) yield run;
  }
}

export function describeFrames({ sent, arrived, equal, partlyEqual }: SharedBytes): string {
  return `of ${arrived} frames that arrived, ${equal} equal one of ${sent} sent and ${partlyEqual} share ${runBytes} bytes with one`;
}
