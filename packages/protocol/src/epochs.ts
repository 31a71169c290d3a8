import { z } from "zod";

const epochNumberSchema = z.int().min(0).max(0xffffffff);

/**
 * An epoch of a session's keys; `secret` (32 bytes in base64url) exactly in rooms with a server-generated key. On
 * `m.<sid>.to.<pid>.epoch` it says: stage this epoch, then call `epoch-staged`.
 */
export const epochSchema = z.strictObject({
  epoch: epochNumberSchema,
  secret: z
    .string()
    .regex(/^[A-Za-z0-9_-]{43}$/)
    .optional(),
});

export type SessionEpoch = z.infer<typeof epochSchema>;

/** `m.<sid>.state.epoch`: everybody has staged it, or had the time to: send under it. */
export const activateEpochEventSchema = z.object({ epoch: epochNumberSchema });

/** Body of rpc `epoch-staged`. */
export const epochStagedRequestSchema = z.strictObject({ epoch: epochNumberSchema });

/**
 * Result of rpc `epochs`, which heals what was missed: the epochs of one's own membership in ascending order, and the
 * one that is sent under now.
 */
export const epochsResultSchema = z.object({ epochs: z.array(epochSchema), current: epochNumberSchema });
export type EpochsResult = z.infer<typeof epochsResultSchema>;
