import { statfsSync } from "node:fs";
import { SetupError } from "./SetupError.mjs";

const bytesPerGigabyte = 1e9;

/**
 * Says so before a long step that there is no room for it.
 *
 * @param {string} folder
 * @param {number} gigabytes
 * @returns {void}
 */
export function requireDiskSpace(folder, gigabytes) {
  const { bavail, bsize } = statfsSync(folder);
  const free = (bavail * bsize) / bytesPerGigabyte;
  if (free >= gigabytes) return;
  throw new SetupError(
    `Only ${free.toFixed(1)} GB are free where ${folder} is; this step needs about ${gigabytes} GB. Make room and start again.`,
  );
}
