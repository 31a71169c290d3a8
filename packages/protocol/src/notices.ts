import { z } from "zod";

/** What a notice is, which changes how it looks and nothing else. */
export const noticeLevels = ["info", "warning", "error"] as const;

export const maxNoticeLength = 500;
export const maxNoticeLines = 10;

/**
 * `m.<sid>.state.notice`, or `m.<sid>.to.<pid>.notice` where it is for some only: a word of whoever set the meeting up. It
 * is plain text, no message of the chat, not end-to-end encrypted and not kept: who comes later has missed it. `id`: 32
 * hexadecimal digits, to tell notices apart.
 */
export const noticeEventSchema = z.object({
  id: z.string().regex(/^[\da-f]{32}$/),
  level: z.enum(noticeLevels),
  text: z.string().min(1).max(maxNoticeLength),
});
export type NoticeEvent = z.infer<typeof noticeEventSchema>;
