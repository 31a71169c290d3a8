import { keyBySpecification, openBySpecification } from "../keys/keysBySpecification.ts";
import type { SessionSecrets } from "../search/secretsOf.ts";
import type { SealedMessage } from "./Member.ts";

/** The epoch that a message says it was sealed under. */
export function epochOf({ wire }: SealedMessage): number {
  return wire.readUInt32BE(1);
}

/**
 * Tries every epoch secret on a chat message, under its own number and under the message's. Gives the padded body, or
 * null when none opens it.
 */
export function openWithAnySecret(
  { root, epochs }: SessionSecrets,
  sessionId: string,
  message: SealedMessage,
): Buffer | null {
  const { participantId, wire } = message;
  const sender = { participantId, senderNonce: wire.subarray(5, 21) };
  for (const { epoch: own, secret: epochSecret } of epochs) {
    for (const epoch of new Set([own, epochOf(message)])) {
      const session = { sessionId, root, epoch, epochSecret };
      const key = keyBySpecification("chat", session, sender);
      try {
        return openBySpecification(key, session, sender, { channel: "chat", wire });
      } catch {
        // Another key.
      }
    }
  }
  return null;
}
