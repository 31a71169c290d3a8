import { z } from "zod";

const flag = z.boolean();
const allowed = z.object({ is_allow: flag });

/**
 * Room features in their canonical form: complete, snake_case, as the management API answers them. The management API
 * merges what an integrator sends over {@link defaultRoomFeatures}; nothing is missing afterwards.
 */
export const roomFeaturesSchema = z.object({
  allow_webcams: flag,
  mute_on_start: flag,
  allow_screen_share: flag,
  allow_view_other_webcams: flag,
  allow_view_other_users_list: flag,
  allow_virtual_bg: flag,
  allow_raise_hand: flag,
  allow_reactions: flag,
  admin_only_webcams: flag,
  auto_gen_user_id: flag,
  enable_analytics: flag,
  /** Minutes; 0 is unlimited. */
  room_duration: z.int().min(0),
  recording_features: z.object({
    is_allow: flag,
    is_allow_cloud: flag,
    is_allow_local: flag,
    enable_auto_cloud_recording: flag,
    only_record_admin_webcams: flag,
  }),
  chat_features: z.object({
    is_allow: flag,
    is_allow_file_upload: flag,
    /** File name extensions; empty for any. Kept by the pages: the server cannot see what a file is. */
    allowed_file_types: z.array(z.string().max(32)).max(64),
    /** Megabytes; 0 is the installation's own limit. */
    max_file_size: z.int().min(0),
    /** Whether people may tell newcomers what was written before. Kept by the pages where messages are encrypted. */
    is_allow_history_sharing: flag,
  }),
  shared_note_pad_features: allowed,
  whiteboard_features: z.object({ is_allow: flag, preload_file: z.string().max(2048) }),
  external_media_player_features: allowed,
  display_external_link_features: allowed,
  ingress_features: allowed,
  polls_features: allowed,
  breakout_room_features: z.object({ is_allow: flag, allowed_number_rooms: z.int().min(0) }),
  external_broadcasting_features: z.object({ is_allow: flag, is_allow_rtmp: flag }),
  sip_dial_in_features: allowed,
  waiting_room_features: z.object({ is_active: flag, waiting_room_msg: z.string().max(2000) }),
  insights_features: z.object({
    is_allow: flag,
    transcription_features: z.object({
      is_allow: flag,
      is_allow_translation: flag,
      is_allow_speech_synthesis: flag,
      /** Whether what is transcribed is kept as a file when the session is over; else captions are shown and gone. */
      is_keep_transcript: flag,
    }),
    chat_translation_features: allowed,
    ai_features: z.object({
      is_allow: flag,
      ai_text_chat_features: allowed,
      meeting_summarization_features: allowed,
    }),
  }),
  end_to_end_encryption_features: z.object({
    is_enabled: flag,
    included_chat_messages: flag,
    included_whiteboard: flag,
    enabled_self_insert_encryption_key: flag,
  }),
});
export type RoomFeatures = z.infer<typeof roomFeaturesSchema>;

/**
 * What a room gets where the integrator says nothing. As plugNmeet's, except that analytics and insights, which look at
 * people, must be asked for.
 */
export const defaultRoomFeatures: RoomFeatures = {
  allow_webcams: true,
  mute_on_start: false,
  allow_screen_share: true,
  allow_view_other_webcams: true,
  allow_view_other_users_list: true,
  allow_virtual_bg: true,
  allow_raise_hand: true,
  allow_reactions: true,
  admin_only_webcams: false,
  auto_gen_user_id: false,
  enable_analytics: false,
  room_duration: 0,
  recording_features: {
    is_allow: true,
    is_allow_cloud: true,
    is_allow_local: true,
    enable_auto_cloud_recording: false,
    only_record_admin_webcams: false,
  },
  chat_features: {
    is_allow: true,
    is_allow_file_upload: true,
    allowed_file_types: [],
    max_file_size: 0,
    is_allow_history_sharing: false,
  },
  shared_note_pad_features: { is_allow: true },
  whiteboard_features: { is_allow: true, preload_file: "" },
  external_media_player_features: { is_allow: true },
  display_external_link_features: { is_allow: true },
  ingress_features: { is_allow: true },
  polls_features: { is_allow: true },
  breakout_room_features: { is_allow: true, allowed_number_rooms: 6 },
  external_broadcasting_features: { is_allow: true, is_allow_rtmp: true },
  sip_dial_in_features: { is_allow: true },
  waiting_room_features: { is_active: false, waiting_room_msg: "" },
  insights_features: {
    is_allow: false,
    transcription_features: {
      is_allow: false,
      is_allow_translation: false,
      is_allow_speech_synthesis: false,
      is_keep_transcript: false,
    },
    chat_translation_features: { is_allow: false },
    ai_features: {
      is_allow: false,
      ai_text_chat_features: { is_allow: false },
      meeting_summarization_features: { is_allow: false },
    },
  },
  end_to_end_encryption_features: {
    is_enabled: false,
    included_chat_messages: false,
    included_whiteboard: false,
    enabled_self_insert_encryption_key: false,
  },
};

/** Lock settings in their canonical form; `true` means the ordinary participant may not. */
export const lockSettingsSchema = z.object({
  lock_microphone: flag,
  lock_webcam: flag,
  lock_screen_sharing: flag,
  lock_whiteboard: flag,
  lock_shared_notepad: flag,
  lock_chat: flag,
  lock_chat_send_message: flag,
  lock_chat_file_share: flag,
  lock_private_chat: flag,
  lock_reactions: flag,
});
export type LockSettings = z.infer<typeof lockSettingsSchema>;

/** What a room locks where the integrator says nothing. */
export const defaultLockSettings: LockSettings = {
  lock_microphone: false,
  lock_webcam: false,
  lock_screen_sharing: true,
  lock_whiteboard: true,
  lock_shared_notepad: true,
  lock_chat: false,
  lock_chat_send_message: false,
  lock_chat_file_share: false,
  lock_private_chat: false,
  lock_reactions: false,
};

/** `none`: no end-to-end encryption; `server`: server-generated key; `passphrase`: user-provided key. */
export type E2eeModel = "none" | "server" | "passphrase";

/** The key model that a room's features ask for. */
export function e2eeModelOf(features: RoomFeatures): E2eeModel {
  const { is_enabled, enabled_self_insert_encryption_key } = features.end_to_end_encryption_features;
  if (!is_enabled) return "none";
  return enabled_self_insert_encryption_key ? "passphrase" : "server";
}
