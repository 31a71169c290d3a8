/** @typedef {readonly number[]} Version */

/** @param {string | undefined} text @returns {Version | undefined} the first thing in `text` that looks like a version */
export function parseVersion(text) {
  const found = /(\d+)\.(\d+)(?:\.(\d+))?/.exec(text ?? "");
  return found === null ? undefined : [Number(found[1]), Number(found[2]), Number(found[3] ?? 0)];
}

/** @param {Version} version @param {Version} least @returns {boolean} */
export function isAtLeast(version, least) {
  for (const [index, wanted] of least.entries()) {
    const part = version[index] ?? 0;
    if (part !== wanted) return part > wanted;
  }
  return true;
}
