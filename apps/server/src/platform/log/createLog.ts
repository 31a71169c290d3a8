import { pino, type DestinationStream, type Logger } from "pino";
import { serializeError } from "./serializeError.ts";
import { withoutSecrets } from "./withoutSecrets.ts";

/** Fields whose values never reach a log, wherever in an object they stand. */
const secretFields = [
  "access_token",
  "address",
  "api",
  "apiSecret",
  "authorization",
  "body",
  "cookie",
  "epochs",
  "fileName",
  "headers",
  "hash-signature",
  "inboxPrefix",
  "ip",
  "message",
  "metadata",
  "name",
  "params",
  "pass",
  "passphrase",
  "password",
  "query",
  "roomId",
  "root",
  "secret",
  "secretHash",
  "secrets",
  "seed",
  "senderNonce",
  "set-cookie",
  "title",
  "token",
  "url",
  "userAgent",
  "userId",
  "webhookUrl",
];

/**
 * The log: JSON lines on standard error; `docs/logging.md` says what each level may hold. Redaction is the second line of
 * defence; the first is not to pass such values. An error's text is written, without what it quotes, and must never hold a
 * secret; what looks like a token is taken out of every line.
 */
export function createLog(level: string, destination: DestinationStream = pino.destination(2)): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: serializeError },
      hooks: { streamWrite: withoutSecrets },
      redact: { paths: secretFields.flatMap(everywhere), censor: "[redacted]" },
    },
    destination,
  );
}

/** pino's wildcards match one level each. */
function everywhere(field: string): string[] {
  const quoted = `["${field}"]`;
  return [quoted, `*${quoted}`, `*.*${quoted}`];
}
