import { randomBytes } from "node:crypto";
import type { RawNats } from "./RawNats.ts";

/** Somebody as the messages know them. */
export interface Whereabouts {
  sid: string;
  pid: string;
  /** Secret prefix of their inbox: whoever attacks here knows even that. */
  inbox: string;
}

/** Who attacks whom. */
export interface Target {
  /** A word that the attacker writes into everything it sends, and that nobody else may ever read from others. */
  marker: string;
  /** The attacker. */
  self: Whereabouts;
  /** Somebody who is attacked, and notes everything that nats-server delivers to them. */
  victim: Whereabouts;
  /** Somebody with the SDK in the same session as the victim. */
  friend: Pick<Whereabouts, "sid" | "pid">;
  /** Somebody in a session that neither attacker nor victim is in. */
  other: Whereabouts;
}

/**
 * One thing that a modified client tries, on a connection that is logged in.
 *
 * - `be refused`: nats-server answers with an error, or ends the connection.
 * - `change nothing`: that, or it is taken, since it begins with something that the attacker may do, and nobody notices.
 */
export interface Attempt {
  name: string;
  must: "be refused" | "change nothing";
  /** The attacker may write to the chat with it, as itself. */
  maySpeak?: boolean;
  /** Where the connection lives on, it is tried whether its walls still stand. */
  thenProbe?: boolean;
  act(raw: RawNats, target: Target): void | Promise<void>;
}

/** A message for everybody in the shape of one that is sealed, which is all that the server can look at. */
export function sealedBody({ marker }: Target, clientMessageId: Uint8Array = randomBytes(16)): Buffer {
  const wire = randomBytes(41 + 1024 + 16);
  wire[0] = 1;
  wire.write(marker, 48);
  return Buffer.concat([clientMessageId, wire]);
}

/** The same for one person. */
export function sealedBodyTo(peerId: string, target: Target, clientMessageId: Uint8Array = randomBytes(16)): Buffer {
  const body = sealedBody(target, clientMessageId);
  return Buffer.concat([body.subarray(0, 16), Buffer.from(peerId), body.subarray(16)]);
}

/** A line of a table: what is tried, and on which subject. */
export type SubjectLine = readonly [name: string, subject: (target: Target) => string];
