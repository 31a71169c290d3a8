import type { LockName, RoomFeatures } from "@sotto/protocol";

/** What hosts can lock in a meeting with these features: what there is in it, in the order in which it is listed. */
export function lockableOf(features: RoomFeatures): LockName[] {
  const lockable: LockName[] = ["lock_microphone"];
  if (features.allow_webcams && !features.admin_only_webcams) lockable.push("lock_webcam");
  if (features.allow_screen_share) lockable.push("lock_screen_sharing");
  if (features.chat_features.is_allow) {
    lockable.push("lock_chat", "lock_chat_send_message", "lock_private_chat");
    if (features.chat_features.is_allow_file_upload) lockable.push("lock_chat_file_share");
  }
  if (features.allow_reactions) lockable.push("lock_reactions");
  return lockable;
}
