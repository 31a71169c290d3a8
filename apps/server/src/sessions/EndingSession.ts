import type { EndReason } from "@sotto/protocol";
import type { Stock } from "../receipts/Stock.ts";
import { beganAt, type RoomRecord } from "./RoomRecord.ts";

/** A session that is over and not wiped yet, as its room's record tells of it. Times in Unix milliseconds. */
export interface EndingSession {
  sessionId: string;
  openedAt: number;
  beganAt: number;
  endedAt: number;
  reason: EndReason;
  /** When the memory that held it was lost. */
  losses: number[];
  /** What it held; null until that was counted. */
  stock: Stock | null;
}

/** The sessions of a room that are over and that somebody joined: one that was replaced, and the room's own at its end. */
export function endingSessions(room: RoomRecord): EndingSession[] {
  const { phase, retiring, createdAt, sessionId, losses } = room;
  const sessions: EndingSession[] = [];
  if (retiring !== null) sessions.push({ ...retiring, endedAt: createdAt, reason: "restarted" });
  if (phase.name === "ending" && phase.startedAt !== null) {
    const { endedAt, reason, stock } = phase;
    sessions.push({ sessionId, openedAt: createdAt, beganAt: beganAt(room), endedAt, reason, losses, stock });
  }
  return sessions;
}

/** The room with what was counted in one of its ending sessions; the same record where that was counted before. */
export function withStock(room: RoomRecord, sessionId: string, stock: Stock): RoomRecord {
  const { phase, retiring } = room;
  if (retiring?.sessionId === sessionId && retiring.stock === null)
    return { ...room, retiring: { ...retiring, stock } };
  const isOwn = room.sessionId === sessionId && phase.name === "ending" && phase.stock === null;
  return isOwn ? { ...room, phase: { ...phase, stock } } : room;
}

/**
 * The room after the memory that held its sessions was lost, at `at`: their receipts tell of it. Of what was counted
 * before, the figures still hold.
 */
export function withLoss(room: RoomRecord, at: number): RoomRecord {
  const { phase, retiring, losses } = room;
  const isCounted = phase.name === "ending" && phase.stock !== null;
  return {
    ...room,
    losses: phase.name === "open" || isCounted ? losses : [...losses, at],
    retiring: retiring?.stock === null ? { ...retiring, losses: [...retiring.losses, at] } : retiring,
  };
}
