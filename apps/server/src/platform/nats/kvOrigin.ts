import { headers, type MsgHdrs } from "@nats-io/nats-core";

const originHeader = "Sotto-Origin";

/** Headers of a value that was written back after NATS had lost it: the revision it had then. */
export function originHeaders(origin: number): MsgHdrs {
  const made = headers();
  made.set(originHeader, String(origin));
  return made;
}

/** The revision that a value had in the bucket that was lost; null for what was written since. */
export function originOf(messageHeaders: MsgHdrs | undefined): number | null {
  return messageHeaders?.has(originHeader) ? Number(messageHeaders.get(originHeader)) : null;
}
