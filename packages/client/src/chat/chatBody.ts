import { encodeBase64Url } from "@sotto/e2ee";
import { chatBodySchema, maxChatBodyBytes, type ChatBody } from "@sotto/protocol";
import { SottoError } from "../SottoError.ts";

/**
 * The bytes to seal for a message. Throws `body_invalid` for one without a file whose text is white space only,
 * `body_too_large` above 31 KiB.
 */
export function encodeChatBody(content: ChatBody): Uint8Array {
  const isEmpty = "text" in content && content.text.trim() === "" && !("file" in content && content.file);
  if (isEmpty) throw new SottoError("body_invalid", "A message needs a text or a file.");
  const body = new TextEncoder().encode(JSON.stringify(content));
  if (body.length > maxChatBodyBytes) throw new SottoError("body_too_large", "This message is too long.");
  return body;
}

/** What an opened body says. Throws when it is none, or is the body of another message than the one it came in. */
export function decodeChatBody(body: Uint8Array, clientMessageId: Uint8Array): ChatBody {
  const json: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  const parsed = chatBodySchema.safeParse(json);
  if (!parsed.success) throw parsed.error;
  const { id } = parsed.data;
  if (id !== undefined && id !== encodeBase64Url(clientMessageId)) {
    throw new SottoError("body_invalid", "This is the body of another message.");
  }
  return parsed.data;
}
