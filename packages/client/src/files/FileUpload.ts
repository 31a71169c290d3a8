import type { ChatStore } from "../chat/ChatStore.ts";
import type { ClientErrorCode } from "../SottoError.ts";

/**
 * A file on its way into a conversation. When it is there, it is a message and no upload any more.
 *
 * - `progress`: 0 to 1, of the bytes that are sent.
 * - `state`: `waiting` for those before it, `sending`, or `failed` for the reason `error`.
 */
export interface FileUpload {
  readonly id: string;
  readonly chat: ChatStore;
  readonly name: string;
  readonly sizeBytes: number;
  readonly progress: number;
  readonly state: "waiting" | "sending" | "failed";
  readonly error: ClientErrorCode | null;
}
