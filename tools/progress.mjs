import { clearLine, cursorTo } from "node:readline";

const frames = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
const labelWidth = 16;
/** A step that is over sooner is not worth a line. */
const quietMs = 400;
/** Without a terminal there is nothing to redraw; a line now and then shows that something still happens. */
const heartbeatMs = 15_000;

/** @param {number} sinceMs @returns {string} "7 s" or "2 min 5 s" */
function elapsed(sinceMs) {
  const seconds = Math.round((Date.now() - sinceMs) / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/**
 * Shows one step of the set-up while it runs and leaves one line when it is done.
 *
 * @template T
 * @param {string} label
 * @param {(update: (detail: string) => void) => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function step(label, work) {
  const out = process.stdout;
  const startedAt = Date.now();
  const name = label.padEnd(labelWidth);
  let detail = "";
  let frame = 0;

  const draw = () => {
    frame += 1;
    const line = `${frames[frame % frames.length]} ${name}${detail === "" ? "" : `${detail}, `}${elapsed(startedAt)}`;
    cursorTo(out, 0);
    out.write(line.slice(0, (out.columns || 80) - 1));
    clearLine(out, 1);
  };
  const beat = () => out.write(`  ${name}${detail === "" ? "" : `${detail}, `}${elapsed(startedAt)} …\n`);
  const timer = out.isTTY ? setInterval(draw, 100) : setInterval(beat, heartbeatMs);
  const wipe = () => {
    clearInterval(timer);
    if (!out.isTTY) return;
    cursorTo(out, 0);
    clearLine(out, 0);
  };

  try {
    const result = await work((text) => (detail = text));
    wipe();
    if (Date.now() - startedAt > quietMs)
      out.write(`✓ ${name}${detail === "" ? "" : `${detail}, `}${elapsed(startedAt)}\n`);
    return result;
  } catch (error) {
    wipe();
    out.write(`✗ ${name}${elapsed(startedAt)}\n`);
    throw error;
  }
}
