import type { ServiceKind } from "@sotto/protocol";

/** A recorder or transcriber that is in the meeting. `joinedAt`: Unix milliseconds. */
export interface ServicePresence {
  readonly participantId: string;
  readonly kind: ServiceKind;
  readonly joinedAt: number;
}
