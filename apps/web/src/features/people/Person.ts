import type { LockName, Role } from "@sotto/protocol";

/** One line of the list of people. */
export interface Person {
  participantId: string;
  name: string;
  role: Role;
  isLocal: boolean;
  away: boolean;
  speaking: boolean;
  microphone: "on" | "muted" | "undecryptable" | "unencrypted";
  camera: boolean;
  /** Whether they share their screen. */
  sharing: boolean;
  /** The place among the raised hands; null while it is down. */
  hand: number | null;
  inSpotlight: boolean;
  locks: readonly LockName[];
  /** Private messages of theirs that were not read yet. */
  unread: number;
}
