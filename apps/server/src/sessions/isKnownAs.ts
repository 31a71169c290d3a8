import type { ParticipantRecord } from "./ParticipantRecord.ts";

/** Whether this is the integrator's id of somebody: the one that is used, or the one that it was made from. */
export function isKnownAs({ userId, metadata }: Pick<ParticipantRecord, "userId" | "metadata">, id: string): boolean {
  const { ex_user_id: givenId } = JSON.parse(metadata) as { ex_user_id?: unknown };
  return userId === id || givenId === id;
}
