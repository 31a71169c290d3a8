import type { Role } from "@sotto/protocol";

/** One person in the meeting. Name and role are asserted by the server. `joinedAt`: Unix milliseconds. */
export interface Participant {
  readonly participantId: string;
  readonly name: string;
  readonly role: Role;
  readonly isLocal: boolean;
  /** `away`: the connection of this person is lost and may come back. */
  readonly connection: "online" | "away";
  readonly joinedAt: number;
}
