import { AppError } from "../AppError.ts";

/** First byte of a message that is not encrypted, and of one under key schedule v1 (docs/architecture.md). */
const plainVersion = 0;
const sealedVersion = 1;
/** Version, epoch, sender nonce, counter and IV; then at least one padded block and the tag. */
const sealedHeaderBytes = 1 + 4 + 16 + 8 + 12;
const tagBytes = 16;

/** Throws `body_invalid` for what cannot be a sealed message whose body is padded to blocks of that size. */
export function requireSealed(message: Uint8Array, blockBytes: number): void {
  const padded = message.length - sealedHeaderBytes - tagBytes;
  if (message[0] !== sealedVersion) throw AppError.bodyInvalid("messages in this room are end-to-end encrypted");
  if (padded <= 0 || padded % blockBytes !== 0) throw AppError.bodyInvalid("this is not a sealed message");
}

/** What a message says in a room without end-to-end encryption. Throws `body_invalid` for one that is sealed. */
export function plainBodyOf(message: Uint8Array): Uint8Array {
  if (message[0] !== plainVersion) throw AppError.bodyInvalid("this room has no end-to-end encryption");
  return message.subarray(1);
}
