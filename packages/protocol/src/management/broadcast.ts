import { z } from "zod";
import { roomIdSchema } from "../ids.ts";
import { maxNoticeLength, maxNoticeLines, noticeLevels } from "../notices.ts";

const wireLevels = [
  "NATS_SYSTEM_NOTIFICATION_INFO",
  "NATS_SYSTEM_NOTIFICATION_WARNING",
  "NATS_SYSTEM_NOTIFICATION_ERROR",
] as const;

/** Plain text: line breaks and what can be seen, nothing that a page would do. */
const noticeText = z
  .string()
  .max(maxNoticeLength, `a notice has at most ${maxNoticeLength} characters`)
  .transform((text) => text.replaceAll("\r\n", "\n").trim())
  .pipe(
    z
      .string()
      .min(1, "a notice has a text")
      .regex(/^(?:[^\p{Cc}\p{Cs}]|\n)*$/u, "a notice holds no control characters but line breaks")
      .refine((text) => text.split("\n").length <= maxNoticeLines, `a notice has at most ${maxNoticeLines} lines`),
  );

/** An enum of protobuf's, by name or number. */
const levelSchema = z
  .union([z.enum(wireLevels), z.literal([0, 1, 2])], "type is not known")
  .default(0)
  .transform((type) => noticeLevels[typeof type === "number" ? type : wireLevels.indexOf(type)] ?? "info");

/**
 * `POST /auth/room/broadcastToRoom`, after `canonicalObject`. Unlike elsewhere unknown fields are refused: one that is
 * misspelt may have said who alone is to see this. `chat_msg` is a notice too; `with_sound` changes nothing.
 */
export const broadcastRequestSchema = z
  .strictObject({
    room_id: roomIdSchema,
    only_to_admins: z.boolean().default(false),
    to_user_id: z.string().min(1, "to_user_id names nobody; leave it out for everybody").max(255).optional(),
    notification_msg: z
      .strictObject({ text: noticeText, type: levelSchema, with_sound: z.boolean().optional() })
      .optional(),
    chat_msg: z.strictObject({ message: noticeText }).optional(),
  })
  .refine(
    ({ notification_msg, chat_msg }) => (notification_msg === undefined) !== (chat_msg === undefined),
    "there has to be one of notification_msg and chat_msg",
  );
