import type { Consents, LockName, Role } from "@sotto/protocol";

/** One person in the meeting. Name and role are asserted by the server. `joinedAt`: Unix milliseconds. */
export interface Participant {
  readonly participantId: string;
  readonly name: string;
  readonly role: Role;
  readonly isLocal: boolean;
  /** `away`: the connection of this person is lost and may come back. */
  readonly connection: "online" | "away";
  readonly joinedAt: number;
  /** The place among the raised hands, 1 for who raised theirs first; null while the hand is down. */
  readonly hand: number | null;
  /** What is locked for this person; a host's locks do not count. */
  readonly locks: readonly LockName[];
  /** What this person answered to being recorded or transcribed. */
  readonly consents: Consents;
  /** Since when this person records on their own device, in Unix milliseconds; null while they do not. */
  readonly localRecording: number | null;
}
