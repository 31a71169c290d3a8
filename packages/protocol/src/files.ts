import { z } from "zod";

/**
 * Files of the chat. A page encrypts a file and brings the blob to the server, which keeps it under a random id until
 * the session ends and sees nothing but its size; everything else about the file travels in a chat message
 * ({@link chatFileSchema}).
 *
 * - `PUT /api/files/<fileId>`, `Authorization: Bearer <uploadToken>`, `content-type: application/octet-stream`: exactly
 *   the announced bytes, once. Answers 201 and `{}`. `body_invalid` for another length, `token_used` for a second try.
 * - `GET /api/files/<fileId>`, `Authorization: Bearer <downloadToken>`: the blob. `not_found` unless it is there whole.
 */
export const filePath = (fileId: string): string => `/api/files/${fileId}`;

/** File id: 22 characters, base64url of 16 random bytes. Made by the server. */
export const fileIdSchema = z.string().regex(/^[A-Za-z0-9_-]{21}[AQgw]$/, "a file id is 22 base64url characters");

/**
 * rpc `file-upload`: announces a blob of exactly `bytes` bytes. `body_too_large` above what a file of this room may
 * become, `storage_full` when the session has no room for it, `rate_limited` after too many.
 */
export const fileUploadRequestSchema = z.strictObject({ bytes: z.int().min(1) });
/** `uploadToken`: for one `PUT` of this participant, to be begun within a minute. */
export const fileUploadResultSchema = z.object({ fileId: fileIdSchema, uploadToken: z.string() });

/** rpc `file-download`: `not_found` for a blob that is not there whole; `rate_limited` after too many. */
export const fileDownloadRequestSchema = z.strictObject({ fileId: fileIdSchema });
/** `downloadToken`: for this participant and file, for a minute. */
export const fileDownloadResultSchema = z.object({ downloadToken: z.string() });

/** Whole bytes of a room's or an installation's megabyte. */
export const megabyteBytes = 1024 * 1024;

/**
 * Bytes of the largest blob that a file of at most `maxFileBytes` can become: padding adds at most 12 % (and there are
 * at least 4096 bytes), and each 64 KiB a tag of 16. The server, which sees blobs only, allows this much.
 */
export function maxBlobBytes(maxFileBytes: number): number {
  const padded = Math.ceil(Math.max(maxFileBytes, 4096) * 1.12);
  return padded + Math.ceil(padded / 65536) * 16;
}

/** Bytes in base64url without padding, of a length that the characters tell. */
const base64Url = (characters: number) => z.string().regex(new RegExp(`^[A-Za-z0-9_-]{${characters}}$`));

/**
 * A file in a chat message.
 *
 * - `secret`, `prefix`: 32 and 7 random bytes, new for every attempt to upload; what the key and the IVs are made of.
 * - `length`: bytes of the file. The blob's length follows from it.
 * - `name`, `type`: as the sender's page says, `type` a MIME type or empty. Neither is to be believed.
 * - `sha256`: of the blob.
 */
export const chatFileSchema = z.object({
  fileId: fileIdSchema,
  secret: base64Url(43),
  prefix: base64Url(10),
  length: z.int().min(0),
  name: z.string().min(1).max(255),
  type: z.string().max(127),
  sha256: base64Url(43),
});
export type ChatFile = z.infer<typeof chatFileSchema>;
