/**
 * How what we send is protected now; null in a room without end-to-end encryption.
 *
 * - `model`: who made the key, as the server asserts it.
 * - `epoch`: the one that this page sends under.
 * - `activatedAt`: Unix milliseconds, this machine's clock, when this page began to.
 */
export interface EncryptionState {
  readonly model: "server" | "passphrase";
  readonly epoch: number;
  readonly activatedAt: number;
}
