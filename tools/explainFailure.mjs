import { SetupError } from "./SetupError.mjs";

/** Enough to see what happened; stack traces are left out. */
const shownLines = 20;

const causes = [
  {
    pattern: /ENOSPC|no space left on device|disk quota exceeded/i,
    sentence:
      "The disk is full. Make room (a first set-up needs about 3 GB) and start again; what is done already is kept.",
  },
  {
    pattern:
      /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|dial tcp|no such host|i\/o timeout|TLS handshake|network is unreachable/,
    sentence:
      "The network could not be reached. A first set-up downloads packages from registry.npmjs.org and proxy.golang.org: " +
      "check the connection (and HTTPS_PROXY, npm's `registry`, GOPROXY if you use them) and start again.",
  },
  {
    pattern: /EACCES|EPERM|permission denied/i,
    sentence: "A file or folder cannot be written. Make sure that this folder belongs to the user who starts Sotto.",
  },
  {
    pattern: /npm ci.*can only install|EUSAGE/,
    sentence: "package.json and package-lock.json do not agree. Run `npm install` and start again.",
  },
  {
    pattern: /requires go >= |toolchain not available/,
    sentence: "This Go is too old. Install Go 1.26 or newer from https://go.dev/dl/ and start again.",
  },
];

/**
 * The error to show when a program of the set-up failed: the cause in a sentence where it is a known one, and what the
 * program said.
 *
 * @param {string} command as a person would type it
 * @param {string} tail the last lines of its output
 * @returns {SetupError}
 */
export function explainFailure(command, tail) {
  const known = causes.find(({ pattern }) => pattern.test(tail));
  const said = tail
    .split("\n")
    .filter((line) => !/^\s+at /.test(line))
    .slice(-shownLines)
    .map((line) => `    ${line}`)
    .join("\n");
  return new SetupError(`\`${command}\` failed.${known === undefined ? "" : ` ${known.sentence}`}\n\n${said}`);
}
