import {
  errorBodySchema,
  filePath,
  guestTokenAnswerSchema,
  installationSchema,
  joinAnswerSchema,
  joinRequestSchema,
  lobbyAnswerSchema,
  managementStatusSchema,
  openMeetingAnswerSchema,
  openMeetingRequestSchema,
  openSessionAnswerSchema,
  openSessionRequestSchema,
  pageClosedRequestSchema,
  receiptAnswerSchema,
  receiptKeySchema,
  restartRequestSchema,
  transcriptAnswerSchema,
} from "@sotto/protocol";
import { z, type ZodType } from "zod";

/** What a caller shows: one of these, in `securitySchemes` of the document. */
export type Credential = "joinToken" | "resumeCookie" | "receiptToken" | "fileToken";

/** One endpoint that is not of the management API. */
export interface Operation {
  method: "delete" | "get" | "post" | "put";
  /** As OpenAPI writes it. */
  path: string;
  summary: string;
  /** Any one of these; none for what is open to everybody. */
  credentials?: Credential[];
  query?: string[];
  request?: ZodType;
  /** By HTTP status; null is a file, or nothing to describe. */
  answers: Record<number, ZodType | null>;
  /** Whether parts can be asked for with `Range`. */
  hasRanges?: boolean;
}

const empty = z.object({});

/** Every endpoint outside `/auth` that programs may call. */
export const otherOperations: Operation[] = [
  {
    method: "get",
    path: "/healthCheck",
    summary: "Whether the node is connected to its engines.",
    answers: { 200: z.object({ status: z.literal("ok") }), 503: errorBodySchema },
  },
  {
    method: "post",
    path: "/auth/room/uploadWhiteboardFile",
    summary: "Answers feature_disabled: this version has no whiteboard.",
    answers: { 200: managementStatusSchema },
  },
  {
    method: "get",
    path: "/api/openapi.json",
    summary: "This document.",
    answers: { 200: z.record(z.string(), z.unknown()) },
  },
  {
    method: "get",
    path: "/api/installation",
    summary: "What the landing page needs.",
    answers: { 200: installationSchema },
  },
  {
    method: "get",
    path: "/api/lobby",
    summary: "What a lobby shows. Uses nothing up.",
    credentials: ["joinToken", "resumeCookie"],
    query: ["participantId"],
    answers: { 200: lobbyAnswerSchema },
  },
  {
    method: "post",
    path: "/api/join",
    summary: "Joins with a token, which is used up, or resumes with the cookie of an earlier join.",
    credentials: ["joinToken", "resumeCookie"],
    request: joinRequestSchema,
    answers: { 200: joinAnswerSchema },
  },
  {
    method: "post",
    path: "/api/page-closed",
    summary: "Says that a page is closed, or that its person leaves for good.",
    credentials: ["resumeCookie"],
    request: pageClosedRequestSchema,
    answers: { 200: empty },
  },
  {
    method: "post",
    path: "/api/opening",
    summary: "Opens a session whose passphrase people agree on.",
    credentials: ["resumeCookie"],
    request: openSessionRequestSchema,
    answers: { 200: openSessionAnswerSchema },
  },
  {
    method: "post",
    path: "/api/restart",
    summary: "Replaces the session of a room by one with another passphrase. For hosts.",
    credentials: ["resumeCookie"],
    request: restartRequestSchema,
    answers: { 200: empty },
  },
  {
    method: "post",
    path: "/api/meetings",
    summary: "Opens a guest's meeting, where the operator allows it.",
    request: openMeetingRequestSchema,
    answers: { 200: openMeetingAnswerSchema },
  },
  {
    method: "post",
    path: "/api/meetings/{roomId}/tokens",
    summary: "Makes a join token for a guest's meeting.",
    answers: { 200: guestTokenAnswerSchema },
  },
  {
    method: "get",
    path: "/api/receipt",
    summary: "The data receipt of a session that is over; 202 while its end is being verified.",
    credentials: ["receiptToken"],
    answers: { 200: receiptAnswerSchema, 202: receiptAnswerSchema },
  },
  {
    method: "get",
    path: "/api/receipt-key",
    summary: "The key that data receipts are signed with.",
    answers: { 200: receiptKeySchema },
  },
  {
    method: "get",
    path: "/api/transcript",
    summary: "Whether a session that is over left a transcript. For its hosts.",
    credentials: ["receiptToken"],
    answers: { 200: transcriptAnswerSchema },
  },
  {
    method: "delete",
    path: "/api/transcript",
    summary: "Discards the transcript of a session that is over. For its hosts.",
    credentials: ["receiptToken"],
    answers: { 200: transcriptAnswerSchema },
  },
  {
    method: "put",
    path: filePath("{fileId}"),
    summary: "Brings the encrypted blob that was announced over the messages, once.",
    credentials: ["fileToken"],
    answers: { 201: empty },
  },
  {
    method: "get",
    path: filePath("{fileId}"),
    summary: "Fetches an encrypted blob.",
    credentials: ["fileToken"],
    answers: { 200: null },
  },
  {
    method: "get",
    path: "/download/artifact/{token}",
    summary: "Downloads an artifact.",
    answers: { 200: null },
    hasRanges: true,
  },
  {
    method: "get",
    path: "/download/recording/{token}",
    summary: "Downloads a recording.",
    answers: { 200: null },
    hasRanges: true,
  },
  {
    method: "get",
    path: "/download/analytics/{token}",
    summary: "Downloads the attendance statistics of a session.",
    answers: { 200: null },
    hasRanges: true,
  },
];
