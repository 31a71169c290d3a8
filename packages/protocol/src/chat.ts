import { z } from "zod";

/**
 * Body of a message on channel `chat`, as JSON in UTF-8, before it is sealed; unknown fields are left alone. In rooms
 * with end-to-end encryption the server never sees it.
 */
export const chatBodySchema = z.object({ text: z.string().min(1) });
export type ChatBody = z.infer<typeof chatBodySchema>;

/** Largest chat body in bytes: padded to a multiple of 1024, sealed (57 bytes) and with its id (16) it fits an rpc body. */
export const maxChatBodyBytes = 31 * 1024 - 1;
