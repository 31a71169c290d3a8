import { e2eeModelOf, type LockSettings, type RoomFeatures } from "./roomFeatures.ts";
import type { RpcMethod } from "./rpc.ts";
import { joiningServices, refusalOf, serviceOfKind, type ServiceKind } from "./services.ts";
import type { EphemeralChannel } from "./subjects.ts";

export type Role = "host" | "participant";

/** Media sources, in LiveKit's spelling. */
export type MediaSource = "camera" | "microphone" | "screen_share" | "screen_share_audio";

/**
 * What one participant may do now. The control plane turns it into the NATS permission set and the media grant, the
 * page into enabled and disabled controls; there is no second place where it is decided.
 */
export interface Permissions {
  /** Sources the SFU lets the participant publish. */
  publish: MediaSource[];
  /** Whether the SFU lets the participant receive media. */
  subscribe: boolean;
  /** Methods nats-server lets the participant call. */
  rpc: RpcMethod[];
  /** Channels on which nats-server lets the participant publish to everybody what is not kept. */
  ephemeral: EphemeralChannel[];
}

export interface PermissionInput {
  role: Role;
  waiting: boolean;
  hidden: boolean;
  features: RoomFeatures;
  locks: LockSettings;
  /** Null for people. */
  service: ServiceKind | null;
  /** Whether the meeting's statistics count this person. Default: no. */
  counted?: boolean;
}

/** Derives the permissions of one participant from role, waiting state, room features and locks. Hosts have no locks. */
export function permissionsOf(input: PermissionInput): Permissions {
  const { role, waiting, hidden, features, locks, service, counted = false } = input;
  if (waiting) return { publish: [], subscribe: false, rpc: ["leave"], ephemeral: [] };
  if (service !== null) return permissionsOfService(service, features);
  const host = role === "host";
  const publish: MediaSource[] = [];
  if (!hidden) {
    if (host || !locks.lock_microphone) publish.push("microphone");
    if (features.allow_webcams && (host || (!locks.lock_webcam && !features.admin_only_webcams)))
      publish.push("camera");
    if (features.allow_screen_share && (host || !locks.lock_screen_sharing)) {
      publish.push("screen_share", "screen_share_audio");
    }
  }
  const rpc: RpcMethod[] = ["resume", "snapshot", "leave"];
  if (e2eeModelOf(features) !== "none") rpc.push("epochs", "epoch-staged");
  const ephemeral: EphemeralChannel[] = [];
  const chat = features.chat_features.is_allow && (host || !locks.lock_chat);
  if (chat && (host || !locks.lock_chat_send_message)) {
    rpc.push("pub-chat");
    // Whoever is hidden does nothing that shows a person who is in no list.
    if (!hidden) ephemeral.push("typing");
  }
  if (chat && !hidden && (host || !locks.lock_private_chat)) rpc.push("pub-private");
  if (features.allow_reactions && !hidden && (host || !locks.lock_reactions)) ephemeral.push("reactions");
  if (features.chat_features.is_allow && features.chat_features.is_allow_file_upload) {
    rpc.push("file-download");
    const maySend = rpc.includes("pub-chat") || rpc.includes("pub-private");
    if (maySend && (host || !locks.lock_chat_file_share)) rpc.push("file-upload");
  }
  if (features.allow_raise_hand && !hidden) rpc.push("hand");
  if (counted && features.enable_analytics && !hidden) rpc.push("activity");
  const mayBeRecorded = joiningServices.some((each) => refusalOf(each, features) === null);
  if (mayBeRecorded && !hidden) rpc.push("guarded", "consent");
  if (host) {
    rpc.push("moderate", "admission", "service", "end-meeting");
    if (features.recording_features.is_allow_local && !hidden) rpc.push("local-recording");
  }
  return { publish, subscribe: true, rpc, ephemeral };
}

/** A service sees and hears and sends nothing; where the room may not have it, it does not even see. */
function permissionsOfService(kind: ServiceKind, features: RoomFeatures): Permissions {
  const service = serviceOfKind[kind];
  if (refusalOf(service, features) !== null) return { publish: [], subscribe: false, rpc: ["leave"], ephemeral: [] };
  const rpc: RpcMethod[] = ["resume", "snapshot", "leave"];
  if (e2eeModelOf(features) !== "none") rpc.push("epochs", "epoch-staged");
  if (kind === "transcriber") rpc.push("captions");
  if (kind === "transcriber" && features.insights_features.transcription_features.is_keep_transcript) {
    rpc.push("transcript");
  }
  return { publish: [], subscribe: true, rpc, ephemeral: [] };
}
