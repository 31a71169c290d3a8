import { z } from "zod";

const flag = z.boolean();
/** Room features in their canonical form: complete, snake_case, as the management API answers them. */
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
  chat_features: z.object({
    is_allow: flag,
    is_allow_file_upload: flag,
    allowed_file_types: z.array(z.string()),
    max_file_size: z.int().min(0),
  }),
  end_to_end_encryption_features: z.object({
    is_enabled: flag,
    included_chat_messages: flag,
    included_whiteboard: flag,
    enabled_self_insert_encryption_key: flag,
  }),
});
export type RoomFeatures = z.infer<typeof roomFeaturesSchema>;

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

/** `none`: no end-to-end encryption; `server`: server-generated key; `passphrase`: user-provided key. */
export type E2eeModel = "none" | "server" | "passphrase";

export function e2eeModelOf(features: RoomFeatures): E2eeModel {
  const { is_enabled, enabled_self_insert_encryption_key } = features.end_to_end_encryption_features;
  if (!is_enabled) return "none";
  return enabled_self_insert_encryption_key ? "passphrase" : "server";
}
