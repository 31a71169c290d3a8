import { pino, type DestinationStream, type Logger } from "pino";

/** Fields whose values never reach a log, wherever in an object they stand. */
const secretFields = [
  "access_token",
  "api",
  "apiSecret",
  "authorization",
  "body",
  "cookie",
  "epochs",
  "headers",
  "hash-signature",
  "inboxPrefix",
  "message",
  "name",
  "pass",
  "password",
  "query",
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
];

/**
 * The log: JSON lines on standard error. Redaction is the second line of defence; the first is not to pass such values.
 * `message`, `name` and `url` of errors are written by the `err` serializer, which is not redacted: an error's message
 * must never hold a secret.
 */
export function createLog(level: string, destination: DestinationStream = pino.destination(2)): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: serializeError },
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

/** Own properties of errors are left out: libraries put requests and options there. */
function serializeError(error: unknown): unknown {
  if (!(error instanceof Error)) return { thrown: typeof error };
  const { code } = error as { code?: unknown };
  return {
    kind: error.constructor.name,
    text: error.message,
    ...(typeof code === "string" || typeof code === "number" ? { code } : {}),
    stack: error.stack,
    ...(error.cause === undefined ? {} : { cause: serializeError(error.cause) }),
  };
}
