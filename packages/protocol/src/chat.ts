import { z } from "zod";
import { chatFileSchema } from "./files.ts";

/**
 * Body of a message on channel `chat`, as JSON in UTF-8, before it is sealed; unknown fields are left alone. In rooms
 * with end-to-end encryption the server never sees it. `text` is empty only where there is a `file`.
 */
export const chatBodySchema = z
  .object({ text: z.string(), file: chatFileSchema.optional() })
  .refine(({ text, file }) => text !== "" || file !== undefined, "a message has a text or a file");
export type ChatBody = z.infer<typeof chatBodySchema>;

/**
 * Body of a message on the ephemeral channel `typing`, as JSON in UTF-8: whether the sender is writing to everybody now.
 * Said again every few seconds while it holds. Nothing is said of private messages: everybody would hear of them.
 */
export const typingBodySchema = z.object({ typing: z.boolean() });
export type TypingBody = z.infer<typeof typingBodySchema>;

/** Largest chat body in bytes: padded to a multiple of 1024, sealed (57 bytes), with its id (16) and a peer (18) it fits an rpc body. */
export const maxChatBodyBytes = 31 * 1024 - 1;
