import { randomBytes } from "node:crypto";

/** Body of `pub-chat` for an encrypted room: a new message id, and what has the form of a sealed message. */
export function sealedMessage(): Buffer {
  const version = 1;
  const rest = Buffer.alloc(4 + 16 + 8 + 12 + 1024 + 16, 9);
  return Buffer.concat([randomBytes(16), Buffer.of(version), rest]);
}
