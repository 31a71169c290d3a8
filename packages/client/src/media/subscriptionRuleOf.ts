import { serviceOfKind, type JoiningService, type MediaSource, type Role, type RoomFeatures } from "@sotto/protocol";
import type { MediaPeer } from "../participants/MediaPeer.ts";

/** What is known when it is decided who may receive our media. */
export interface SubscriptionFacts {
  readonly role: Role;
  readonly features: RoomFeatures;
  /** Services that run, or are about to, and that our person did not agree to. */
  readonly refused: ReadonlySet<JoiningService>;
  /** Services that run, or are about to. */
  readonly running: ReadonlySet<JoiningService>;
  readonly peers: readonly MediaPeer[];
  /** What we publish. */
  readonly tracks: readonly { readonly sid: string; readonly source: MediaSource }[];
}

/** Everybody, or those who are listed: `trackSids` null means all of ours, now and later. */
export type SubscriptionRule =
  | { readonly everybody: true }
  | {
      readonly everybody: false;
      readonly allowed: readonly { readonly identity: string; readonly trackSids: readonly string[] | null }[];
    };

/**
 * Who may receive our media. Nobody is excepted by name: as soon as there is somebody who may not, only those who are
 * listed may, so that whoever comes next is out until we know what they are.
 */
export function subscriptionRuleOf(facts: SubscriptionFacts): SubscriptionRule {
  const { role, features, refused, running, peers, tracks } = facts;
  const isHost = role === "host";
  const hidesCamera = !isHost && !features.allow_view_other_webcams;
  const camerasOfHostsOnly = !isHost && features.recording_features.only_record_admin_webcams;
  const isOpen = refused.size === 0 && !hidesCamera && !(running.has("recording") && camerasOfHostsOnly);
  if (isOpen) return { everybody: true };
  const withoutCamera = tracks.filter(({ source }) => source !== "camera").map(({ sid }) => sid);
  const allowed = peers.flatMap(({ identity, role: theirs, service: kind }) => {
    const service = kind && serviceOfKind[kind];
    if (service !== null && (refused.has(service) || !running.has(service))) return [];
    const seesCamera = service === null ? theirs === "host" || !hidesCamera : !camerasOfHostsOnly;
    return { identity, trackSids: seesCamera ? null : withoutCamera };
  });
  return { everybody: false, allowed };
}
