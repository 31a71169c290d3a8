import { z } from "zod";
import { maxCaptionLength } from "./captions.ts";
import { participantIdSchema } from "./ids.ts";

/** What somebody said, in the end. Milliseconds since the transcription began. */
const transcriptLineSchema = z.strictObject({
  participantId: participantIdSchema,
  text: z.string().min(1).max(maxCaptionLength),
  startMs: z.int().min(0),
  endMs: z.int().min(0),
});
export type TranscriptLine = z.infer<typeof transcriptLineSchema>;

/**
 * rpc `transcript`, of a transcriber only, and only where the room was made to keep a transcript. The server can read it:
 * that is what the room asked for. Lines of whoever has not agreed to this transcription are left out.
 */
export const transcriptRequestSchema = z.strictObject({ lines: z.array(transcriptLineSchema).min(1).max(16) });
export type TranscriptRequest = z.infer<typeof transcriptRequestSchema>;

/** `GET /api/transcript`, with a host's receipt token: whether there is one. `DELETE` of it discards it. */
export const transcriptAnswerSchema = z.object({ isKept: z.boolean() });
export type TranscriptAnswer = z.infer<typeof transcriptAnswerSchema>;
