import { z } from "zod";

/** rpc `hand`: raises the caller's hand, or takes it down. Raising a raised hand keeps its place in the order. */
export const handRequestSchema = z.strictObject({ raised: z.boolean() });
export type HandRequest = z.infer<typeof handRequestSchema>;
