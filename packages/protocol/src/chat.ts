import { z } from "zod";
import { chatFileSchema } from "./files.ts";
import { participantIdSchema } from "./ids.ts";

/** Client message id as text: 22 characters, base64url of 16 random bytes. Unique among the messages of its sender. */
const clientMessageIdSchema = z.string().regex(/^[A-Za-z0-9_-]{21}[AQgw]$/, "a client message id has 22 characters");

/** A message of anybody in the session: `<sender's participant id>/<client message id>`. */
const messageIdSchema = z
  .string()
  .regex(/^p_[A-Za-z0-9_-]{16}\/[A-Za-z0-9_-]{21}[AQgw]$/, "a message id is a participant id, / and 22 characters");

/**
 * The id of the message that the body is in. The id outside of the body is not sealed: where this one differs, somebody
 * moved it, and what refers to one message would be taken to mean another. Bodies of older pages have none.
 */
const own = { id: clientMessageIdSchema.optional() };

/** Somebody wrote something, sent a file, or both. `text` is empty only where there is a `file`. */
const writtenSchema = z
  .object({
    ...own,
    kind: z.undefined().optional(),
    text: z.string(),
    file: chatFileSchema.optional(),
    replyTo: messageIdSchema.optional(),
  })
  .refine(({ text, file }) => text !== "" || file !== undefined, "a message has a text or a file");

/** The sender's own earlier message of the same conversation says something else now. */
const editSchema = z.object({
  ...own,
  kind: z.literal("edit"),
  edits: clientMessageIdSchema,
  text: z.string().refine((text) => text.trim() !== "", "an edited message has a text"),
});

/** The sender's own earlier message of the same conversation is taken back. */
const deletionSchema = z.object({ ...own, kind: z.literal("deletion"), deletes: clientMessageIdSchema });

/** Most parts that a re-told history may have, and most messages in one of them. */
export const maxHistoryParts = 20;
const maxMessagesPerPart = 500;

/**
 * A message of the public conversation as somebody who was there tells it to somebody who was not. `name` and the names
 * in `mentions` (by participant id) are as the teller saw them. Nothing of it is more than the teller's word.
 */
export const retoldMessageSchema = z.object({
  id: messageIdSchema,
  name: z.string().max(100),
  text: z.string(),
  file: chatFileSchema.optional(),
  replyTo: messageIdSchema.optional(),
  mentions: z.record(participantIdSchema, z.string().max(100)).optional(),
  /** Unix milliseconds. */
  sentAt: z.int().min(0),
  edited: z.boolean(),
});
export type RetoldMessage = z.infer<typeof retoldMessageSchema>;

/** Private messages only, where the room allows it: part `part` (from 0) of `parts` of the telling `telling`. */
const historySchema = z.object({
  ...own,
  kind: z.literal("history"),
  telling: clientMessageIdSchema,
  part: z
    .int()
    .min(0)
    .max(maxHistoryParts - 1),
  parts: z.int().min(1).max(maxHistoryParts),
  messages: z.array(retoldMessageSchema).max(maxMessagesPerPart),
});

/**
 * Body of a message on channel `chat`, as JSON in UTF-8, before it is sealed; unknown fields are left alone. In rooms
 * with end-to-end encryption the server never sees it. Edits and deletions name the sender's own messages only, in the
 * conversation in which they arrive; for anybody else's there is no way to say it.
 */
export const chatBodySchema = z.union([editSchema, deletionSchema, historySchema, writtenSchema]);
export type ChatBody = z.infer<typeof chatBodySchema>;

/** How a text mentions somebody, whatever they are called: `@` and their participant id. */
const mentionPattern = /@(p_[A-Za-z0-9_-]{16})(?![A-Za-z0-9_-])/g;

/** A part of a text: words, or a person whom it mentions. */
export type TextPiece = { readonly text: string } | { readonly mentions: string };

/** A text split at the people it mentions (their participant ids), in order; none of the pieces is empty. */
export function splitMentions(text: string): TextPiece[] {
  const pieces: TextPiece[] = [];
  let rest = 0;
  for (const match of text.matchAll(mentionPattern)) {
    if (match.index > rest) pieces.push({ text: text.slice(rest, match.index) });
    pieces.push({ mentions: match[1] ?? "" });
    rest = match.index + match[0].length;
  }
  if (rest < text.length) pieces.push({ text: text.slice(rest) });
  return pieces;
}

/** Participant ids of everybody whom a text mentions. */
export function mentionedIn(text: string): ReadonlySet<string> {
  return new Set(Array.from(text.matchAll(mentionPattern), ([, participantId = ""]) => participantId));
}

/**
 * Body of a message on the ephemeral channel `typing`, as JSON in UTF-8: whether the sender is writing to everybody now.
 * Said again every few seconds while it holds. Nothing is said of private messages: everybody would hear of them.
 */
export const typingBodySchema = z.object({ typing: z.boolean() });
export type TypingBody = z.infer<typeof typingBodySchema>;

/** Largest chat body in bytes: padded to a multiple of 1024, sealed (57 bytes), with its id (16) and a peer (18) it fits an rpc body. */
export const maxChatBodyBytes = 31 * 1024 - 1;
