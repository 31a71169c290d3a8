import { ZodError } from "zod";

/**
 * What a log says of an error: its kind, its text, its code, where it came from, and the same of its cause. Own properties
 * are left out, because libraries put requests and options there, and so is what a text quotes of somebody's data.
 */
export function serializeError(error: unknown): unknown {
  if (!(error instanceof Error)) return { thrown: typeof error };
  const { code } = error as { code?: unknown };
  return {
    kind: error.constructor.name,
    text: textOf(error),
    ...(typeof code === "string" || typeof code === "number" ? { code } : {}),
    stack: framesOf(error),
    ...(error.cause === undefined ? {} : { cause: serializeError(error.cause) }),
  };
}

/** Parsers quote what they could not read, schemas name its fields, and the database its values. */
function textOf(error: Error): string {
  if (error instanceof ZodError) return `it does not fit: ${error.issues.map(({ code }) => code).join(", ")}`;
  if (error instanceof SyntaxError) return "it cannot be parsed";
  return error.message.replace(/\nparams: [\s\S]*/, "").replace(/: "[\s\S]*"$/, "");
}

/** Without the text, which the stack begins with. */
function framesOf({ message, stack = "" }: Error): string {
  const start = stack.indexOf(message);
  const frames = stack
    .slice(start === -1 ? 0 : start + message.length)
    .split("\n")
    .filter((line) => /^\s+at /.test(line));
  return frames.join("\n");
}
