import { E2eeError, normalisePassphrase } from "@sotto/e2ee";

/**
 * The text that a passphrase stands for, the same for everybody who types it in another way; null when it cannot be used:
 * empty, longer than 1024 bytes of UTF-8, or with unassigned, private-use, surrogate or control characters.
 */
export function meantPassphrase(passphrase: string): string | null {
  try {
    return new TextDecoder().decode(normalisePassphrase(passphrase));
  } catch (error) {
    if (error instanceof E2eeError && error.code === "passphrase_invalid") return null;
    throw error;
  }
}
