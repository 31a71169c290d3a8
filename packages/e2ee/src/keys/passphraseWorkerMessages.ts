import type { E2eeErrorCode } from "../E2eeError.ts";
import type { Bytes } from "./encoding.ts";

/** The one question of a passphrase worker. */
export interface PassphraseQuestion {
  readonly passphrase: string;
  readonly sessionId: string;
  readonly openerSalt: Uint8Array;
}

/** Its one answer: the root, or why there is none (`code` is null for what the package does not throw on purpose). */
export type PassphraseAnswer =
  | { readonly root: Bytes }
  | { readonly code: E2eeErrorCode | null; readonly message: string };
