import { z } from "zod";

/** `status_code` of every answer of the management API: the enum names of plugNmeet's protocol. */
export const statusCodes = [
  "SUCCESS",
  "PERMISSION_DENIED",
  "NOT_FOUND",
  "CONFLICT",
  "INVALID_TOKEN_OR_SIGNATURE",
  "INVALID_API_KEY",
  "INTERNAL_SERVER_ERROR",
  "INVALID_PARAMETERS",
  "ROOM_NOT_FOUND",
] as const;
export type StatusCode = (typeof statusCodes)[number];

/** Head of every answer of the management API. Application errors answer HTTP 200 with `status: false`. */
export const managementStatusSchema = z.strictObject({
  status: z.boolean(),
  msg: z.string(),
  status_code: z.enum(statusCodes),
});
export type ManagementStatus = z.infer<typeof managementStatusSchema>;
