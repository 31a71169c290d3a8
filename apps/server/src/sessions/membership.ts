import { z } from "zod";

/** Of somebody who comes and goes very often, the oldest stays are forgotten. */
const maxStays = 16;

/** During which epochs somebody was in the session: `from` and `to` included, `to` null while they are. Ascending. */
export const membershipSchema = z.array(z.object({ from: z.int(), to: z.int().nullable() }));
export type Membership = z.infer<typeof membershipSchema>;

/** Somebody comes in, or back, and gets `epoch` as their first. */
export function enter(membership: Membership, epoch: number): Membership {
  return [...membership, { from: epoch, to: null }].slice(-maxStays);
}

/** Somebody is gone; `epoch` is the last one that was theirs. */
export function depart(membership: Membership, epoch: number): Membership {
  return membership.map((stay) => (stay.to === null ? { ...stay, to: epoch } : stay));
}

/** Whether somebody is in the session now. */
export function isStaying(membership: Membership): boolean {
  return membership.some(({ to }) => to === null);
}

export function isMemberIn(membership: Membership, epoch: number): boolean {
  return membership.some(({ from, to }) => from <= epoch && (to === null || epoch <= to));
}
