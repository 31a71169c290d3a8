import { chatBodySchema, maxChatBodyBytes, type ChatBody } from "@sotto/protocol";
import { SottoError } from "../SottoError.ts";

/**
 * The bytes to seal for a message. Throws `body_invalid` for one without a file whose text is white space only,
 * `body_too_large` above 31 KiB.
 */
export function encodeChatBody(content: ChatBody): Uint8Array {
  if (content.text.trim() === "" && !content.file) {
    throw new SottoError("body_invalid", "A message needs a text or a file.");
  }
  const body = new TextEncoder().encode(JSON.stringify(content));
  if (body.length > maxChatBodyBytes) throw new SottoError("body_too_large", "This message is too long.");
  return body;
}

/** Text and file of an opened body. Throws when it is none. */
export function decodeChatBody(body: Uint8Array): ChatBody {
  const json: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  const parsed = chatBodySchema.safeParse(json);
  if (!parsed.success) throw parsed.error;
  return parsed.data;
}
