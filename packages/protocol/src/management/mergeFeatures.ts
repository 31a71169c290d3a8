import {
  defaultLockSettings,
  defaultRoomFeatures,
  lockSettingsSchema,
  roomFeaturesSchema,
  type LockSettings,
  type RoomFeatures,
} from "../roomFeatures.ts";
import { refusalOf, type Service } from "../services.ts";

type Fields = Record<string, unknown>;

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * A sent sub-object over its default: an absent boolean is `false` (SDK 2.x omits `false`), an absent sub-object means
 * its default, anything else absent keeps the default. Fields this version does not know are dropped.
 */
function mergeSent(sent: Fields, fallback: Fields): Fields {
  const merged: Fields = {};
  for (const [key, value] of Object.entries(fallback)) {
    const given = sent[key];
    if (given === undefined) merged[key] = typeof value === "boolean" ? false : value;
    else merged[key] = isFields(value) && isFields(given) ? mergeSent(given, value) : wireValue(given, value);
  }
  return merged;
}

/** protobuf's JSON mapping writes 64-bit integers as strings. */
function wireValue(given: unknown, fallback: unknown): unknown {
  return typeof fallback === "number" && typeof given === "string" && /^\d{1,15}$/.test(given) ? Number(given) : given;
}

/**
 * What an integrator sent as `room_features` (canonical keys) over the defaults. Top-level flags that are absent keep
 * their default; an explicit `false` is always honoured. Throws a ZodError that names the field of a wrong type.
 */
export function mergeRoomFeatures(sent: Record<string, unknown>): RoomFeatures {
  const merged: Fields = {};
  for (const [key, value] of Object.entries(defaultRoomFeatures)) {
    const given = sent[key];
    if (given === undefined) merged[key] = value;
    else merged[key] = isFields(value) && isFields(given) ? mergeSent(given, value) : wireValue(given, value);
  }
  if (sent.allow_rtmp !== undefined && sent.external_broadcasting_features === undefined) {
    merged.external_broadcasting_features = { is_allow: sent.allow_rtmp, is_allow_rtmp: sent.allow_rtmp };
  }
  return withConsequences(roomFeaturesSchema.parse(merged));
}

/** Features that follow from others: what is off switches off its parts, and encryption what would need the plain text. */
function withConsequences(features: RoomFeatures): RoomFeatures {
  const { recording_features: recording, chat_features: chat, insights_features: insights } = features;
  const { external_broadcasting_features: broadcasting, end_to_end_encryption_features: e2ee } = features;
  const { transcription_features: transcription, ai_features: ai } = insights;

  // Encryption always covers chat and whiteboard: the two flags can only widen.
  e2ee.included_chat_messages = e2ee.is_enabled;
  e2ee.included_whiteboard = e2ee.is_enabled;
  e2ee.enabled_self_insert_encryption_key &&= e2ee.is_enabled;
  features.sip_dial_in_features.is_allow &&= !e2ee.is_enabled;
  features.ingress_features.is_allow &&= !e2ee.is_enabled;
  const mayHave = (service: Service) => refusalOf(service, features) !== "key_model_forbids";
  broadcasting.is_allow &&= mayHave("broadcasting");
  broadcasting.is_allow_rtmp &&= broadcasting.is_allow;
  insights.is_allow &&= mayHave("transcription") || mayHave("ai");

  recording.is_allow_cloud &&= recording.is_allow && mayHave("recording");
  recording.is_allow_local &&= recording.is_allow;
  recording.enable_auto_cloud_recording &&= recording.is_allow_cloud;
  chat.is_allow_file_upload &&= chat.is_allow;
  chat.is_allow_history_sharing &&= chat.is_allow;

  transcription.is_allow &&= insights.is_allow && mayHave("transcription");
  transcription.is_allow_translation &&= transcription.is_allow;
  transcription.is_allow_speech_synthesis &&= transcription.is_allow;
  transcription.is_keep_transcript &&= transcription.is_allow;
  insights.chat_translation_features.is_allow &&= insights.is_allow;
  ai.is_allow &&= insights.is_allow && mayHave("ai");
  ai.ai_text_chat_features.is_allow &&= ai.is_allow;
  ai.meeting_summarization_features.is_allow &&= ai.is_allow;

  const { breakout_room_features: breakout } = features;
  breakout.allowed_number_rooms = Math.min(breakout.allowed_number_rooms || 6, 16);
  return features;
}

const namedLocksSchema = lockSettingsSchema.partial();

/** Lock settings as sent over the room's; only what is named changes. Throws a ZodError if a lock is not a boolean. */
export function mergeLockSettings(
  sent: Record<string, unknown>,
  base: LockSettings = defaultLockSettings,
): LockSettings {
  const named = namedLocksSchema.parse(sent);
  const given = Object.entries(named).filter(([, value]) => value !== undefined);
  return { ...base, ...(Object.fromEntries(given) as Partial<LockSettings>) };
}
