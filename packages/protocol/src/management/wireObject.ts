import { z } from "zod";

/** Old field names of SDK 1.x and the names that replaced them. */
const renamed: Record<string, string> = {
  allow_chat: "is_allow",
  allow_file_upload: "is_allow_file_upload",
  allowed_shared_note_pad: "is_allow",
  allowed_whiteboard: "is_allow",
  allowed_external_media_player: "is_allow",
};

/** Keys of these objects are an integrator's own words and stay as they are. */
const opaque = new Set(["extra_data"]);

function canonicalKey(key: string): string {
  const snake = key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return renamed[snake] ?? snake;
}

/**
 * One request object of the management API in canonical form: snake_case keys whichever spelling was sent (protobuf's
 * JSON mapping allows both), old names replaced, and `null` treated as absent as that mapping says. Of a field that is
 * sent under two names, the canonical name wins.
 */
export function canonicalObject(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonicalObject);
  if (typeof value !== "object" || value === null) return value;
  const fields = Object.entries(value).filter(([, field]) => field !== null);
  const canonical = new Map<string, unknown>();
  for (const [key, field] of fields) {
    const name = canonicalKey(key);
    if (canonical.has(name) && key !== name) continue;
    canonical.set(name, opaque.has(name) ? field : canonicalObject(field));
  }
  return Object.fromEntries(canonical);
}

/** A non-negative integer, also as the string that protobuf's JSON mapping writes for 64-bit values. */
export const wireInteger = z
  .union(
    [
      z.int(),
      z
        .string()
        .regex(/^\d{1,15}$/)
        .transform(Number),
    ],
    "must be a whole number",
  )
  .pipe(z.int().min(0, "must not be negative").max(Number.MAX_SAFE_INTEGER));

/** `extra_data`: a map in SDK 2.x, a string of the integrator's own making in SDK 1.x; at most 8 KiB. */
export const extraDataSchema = z
  .union([z.string(), z.record(z.string(), z.string())], "extra_data must be a string or a map of strings")
  .refine((data) => JSON.stringify(data).length <= 8192, "extra_data has at most 8192 characters");
export type ExtraData = z.infer<typeof extraDataSchema>;

/** A 64-bit integer in an answer, as protobuf's JSON mapping writes it. */
export const int64Schema = z.string().regex(/^-?\d{1,19}$/);
