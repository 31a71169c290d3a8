import { randomBytes } from "node:crypto";
import { defaultLockSettings, defaultRoomFeatures } from "@sotto/protocol";
import type { RoomSettings } from "../../sessions/Sessions.ts";

/**
 * A meeting that anybody with its link may join: the room id has 128 random bits. End-to-end encrypted, and nothing
 * locked, since nobody is there to unlock it.
 */
export function guestRoom({
  title,
  keyModel,
  emptyTimeoutSeconds,
}: {
  title: string;
  keyModel: "server" | "passphrase";
  emptyTimeoutSeconds: number;
}): RoomSettings {
  return {
    roomId: randomBytes(16).toString("base64url"),
    origin: "guest",
    title,
    welcomeMessage: "",
    logoutUrl: "",
    webhookUrl: "",
    features: {
      ...defaultRoomFeatures,
      end_to_end_encryption_features: {
        is_enabled: true,
        included_chat_messages: true,
        included_whiteboard: true,
        enabled_self_insert_encryption_key: keyModel === "passphrase",
      },
    },
    locks: { ...defaultLockSettings, lock_screen_sharing: false, lock_whiteboard: false, lock_shared_notepad: false },
    copyright: { display: false, text: "" },
    extraData: {},
    maxParticipants: 0,
    emptyTimeoutMs: emptyTimeoutSeconds * 1000,
  };
}
