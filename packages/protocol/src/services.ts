import { z } from "zod";
import { e2eeModelOf, type RoomFeatures } from "./roomFeatures.ts";

/** What the server can only do where it may see, hear or read a meeting. */
export const services = ["recording", "transcription", "broadcasting", "ai"] as const;
export type Service = (typeof services)[number];

/** Why a room has a service not: its key model leaves nothing to record or to read, or it was not asked for. */
export type ServiceRefusal = "key_model_forbids" | "feature_disabled";

/**
 * Whether a room may have a service; null where it may. This is the only place that decides: features that are merged,
 * the control plane at every step, the service processes themselves and the page all ask here. Where the key is a
 * passphrase, the server has none, and every service is refused whatever the features say.
 */
export function refusalOf(service: Service, features: RoomFeatures): ServiceRefusal | null {
  if (e2eeModelOf(features) === "passphrase") return "key_model_forbids";
  return isAskedFor(service, features) ? null : "feature_disabled";
}

function isAskedFor(service: Service, features: RoomFeatures): boolean {
  const { recording_features: recording, external_broadcasting_features: broadcasting } = features;
  const { insights_features: insights } = features;
  switch (service) {
    case "recording":
      return recording.is_allow && recording.is_allow_cloud;
    case "transcription":
      return insights.is_allow && insights.transcription_features.is_allow;
    case "broadcasting":
      return broadcasting.is_allow;
    case "ai":
      return insights.is_allow && insights.ai_features.is_allow;
  }
}

/** Services that join the meeting, as visible members of it who publish nothing. */
export const joiningServices = ["recording", "transcription"] as const;
export const joiningServiceSchema = z.enum(joiningServices);
export type JoiningService = (typeof joiningServices)[number];

/** What such a member is. */
export const serviceKinds = ["recorder", "transcriber"] as const;
export const serviceKindSchema = z.enum(serviceKinds);
export type ServiceKind = (typeof serviceKinds)[number];

export const serviceKindOf: Record<JoiningService, ServiceKind> = {
  recording: "recorder",
  transcription: "transcriber",
};

export const serviceOfKind: Record<ServiceKind, JoiningService> = {
  recorder: "recording",
  transcriber: "transcription",
};

/** One run of a service, from the start to the stop: 22 characters, base64url of 16 random bytes. */
export const jobIdSchema = z.string().regex(/^[A-Za-z0-9_-]{22}$/, "a job id is 22 base64url characters");

/**
 * How it stands with a service; part of the room's state and of the join answer.
 *
 * - `off`; `failure` says why the newest start came to nothing: `consent_missing`, because the pages of `people` did not
 *   answer in time; `unavailable`, because no process took the job, or the one that had it was lost.
 * - `asking`: everybody is asked and nothing has begun; whoever has not agreed keeps their media from the service.
 * - `on`: since `since`, Unix milliseconds.
 *
 * `startedBy`: name of the host who started it; null where the room was made so, or the host is in no list.
 */
export const serviceStateSchema = z.discriminatedUnion("state", [
  z.object({
    state: z.literal("off"),
    failure: z.object({ code: z.enum(["consent_missing", "unavailable"]), people: z.array(z.string()) }).nullable(),
  }),
  z.object({ state: z.literal("asking"), jobId: jobIdSchema, startedBy: z.string().nullable(), since: z.int() }),
  z.object({ state: z.literal("on"), jobId: jobIdSchema, startedBy: z.string().nullable(), since: z.int() }),
]);
export type ServiceState = z.infer<typeof serviceStateSchema>;

export const serviceStatesSchema = z.object({ recording: serviceStateSchema, transcription: serviceStateSchema });
export type ServiceStates = z.infer<typeof serviceStatesSchema>;

/** No service runs, and none was tried. */
export const noServices: ServiceStates = {
  recording: { state: "off", failure: null },
  transcription: { state: "off", failure: null },
};

/**
 * rpc `service`, for hosts: starts or stops a service. Answered when everybody is being asked, or when it is stopped; what
 * comes of a start is the room's state. Throws `key_model_forbids` or `feature_disabled` where {@link refusalOf} says so.
 */
export const serviceRequestSchema = z.strictObject({
  service: z.enum(services),
  action: z.enum(["start", "stop"]),
});
export type ServiceRequest = z.infer<typeof serviceRequestSchema>;

/**
 * rpc `guarded`: the caller's page keeps its media from the service of this job, unless its person agreed. Needs no
 * answer of the person. rpc `consent`: what the person answered, which they may change.
 */
export const guardedRequestSchema = z.strictObject({ service: joiningServiceSchema, jobId: jobIdSchema });
export type GuardedRequest = z.infer<typeof guardedRequestSchema>;

export const consentRequestSchema = guardedRequestSchema.extend({ agreed: z.boolean() }).strict();
export type ConsentRequest = z.infer<typeof consentRequestSchema>;

/** What somebody answered to the newest run of each service that they were asked about. */
export const consentsSchema = z.partialRecord(
  joiningServiceSchema,
  z.object({ jobId: jobIdSchema, agreed: z.boolean() }),
);
export type Consents = z.infer<typeof consentsSchema>;

/** What somebody answered to the run of a service that is on or asked about now; null where they did not. */
export function consentTo(service: JoiningService, consents: Consents, state: ServiceState): boolean | null {
  const answer = consents[service];
  return state.state === "off" || answer?.jobId !== state.jobId ? null : answer.agreed;
}

/** rpc `local-recording`, for hosts: whether the caller records the meeting on their own device, which everybody sees. */
export const localRecordingRequestSchema = z.strictObject({ on: z.boolean() });
export type LocalRecordingRequest = z.infer<typeof localRecordingRequestSchema>;
