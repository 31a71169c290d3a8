import { chatBodySchema, maxChatBodyBytes } from "@sotto/protocol";
import { SottoError } from "../SottoError.ts";

/** The bytes to seal for a text. Throws `body_invalid` for one of white space only, `body_too_large` above 31 KiB. */
export function encodeChatBody(text: string): Uint8Array {
  if (text.trim() === "") throw new SottoError("body_invalid", "A message needs a text.");
  const body = new TextEncoder().encode(JSON.stringify({ text }));
  if (body.length > maxChatBodyBytes) throw new SottoError("body_too_large", "This message is too long.");
  return body;
}

/** The text of an opened body. Throws when it is none. */
export function decodeChatBody(body: Uint8Array): string {
  const json: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  const parsed = chatBodySchema.safeParse(json);
  if (!parsed.success) throw parsed.error;
  return parsed.data.text;
}
