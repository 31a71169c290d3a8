import { z } from "zod";
import { participantIdSchema } from "./ids.ts";

/** Most characters of one caption; what is said without a pause for longer is several. */
export const maxCaptionLength = 500;
const maxCaptionsPerMessage = 16;

/**
 * What somebody says, as a transcriber heard it. `startMs`: when they began to, in milliseconds since the transcription
 * began; with the participant id it names the caption, and a later one of the same name replaces it until `isFinal`.
 * `endMs`: when they stopped, of final ones.
 */
const captionSchema = z.object({
  participantId: participantIdSchema,
  text: z.string().min(1).max(maxCaptionLength),
  isFinal: z.boolean(),
  startMs: z.int().min(0),
  endMs: z.int().min(0).optional(),
});
export type Caption = z.infer<typeof captionSchema>;

/**
 * Body of rpc `captions`, of a transcriber only: as JSON in UTF-8, in the form of a message on channel `captions`: sealed
 * for everybody in rooms with end-to-end encryption, so that the server passes on what it cannot read.
 */
export const captionsBodySchema = z.object({ captions: z.array(captionSchema).min(1).max(maxCaptionsPerMessage) });
export type CaptionsBody = z.infer<typeof captionsBodySchema>;

/** Sealed captions are padded to a multiple of this many bytes. */
export const captionsBlockBytes = 256;

/**
 * `m.<sid>.state.captions`: what a transcriber sent, as it came. Not kept: who comes later has missed it.
 * `participantId`: the transcriber's. `wire`: the message in base64.
 */
export const captionsEventSchema = z.object({ participantId: participantIdSchema, wire: z.base64().max(16 * 1024) });
export type CaptionsEvent = z.infer<typeof captionsEventSchema>;
