import { setTimeout as delay } from "node:timers/promises";
import type { EndReason } from "@sotto/protocol";
import type { Logger } from "pino";
import type { BlobStore } from "../platform/blobs/BlobStore.ts";
import type { NatsPlatform } from "../platform/nats/connectNats.ts";
import type { Sfu } from "../platform/sfu/Sfu.ts";
import type { PastSessions } from "./PastSessions.ts";
import type { RoomRecord } from "./RoomRecord.ts";
import type { State } from "./State.ts";

export interface EndSessionOptions {
  state: State;
  nats: Pick<NatsPlatform, "bus" | "connections" | "streams">;
  sfu: Sfu;
  blobs: BlobStore;
  log: Logger;
}

export interface ConcludeSessionOptions extends EndSessionOptions {
  pastSessions: PastSessions;
}

const maxAttempts = 5;
/** Lets pages read why they are about to be closed. */
const farewellMs = 100;

/**
 * The end of one session of a room that was started: everybody is told, everything is deleted and looked for, and the
 * record is written. Gives what is still there, by name; may be called again, by any node.
 */
export async function concludeSession(
  options: ConcludeSessionOptions,
  room: RoomRecord,
  sessionId: string,
  reason: EndReason,
): Promise<string[]> {
  const { state, pastSessions, log } = options;
  const participants = await state.participants.entries(sessionId);
  const joined = participants.filter(
    ({ value }) => !value.waiting && (value.seat !== null || value.presence.state === "left"),
  ).length;
  await announceEnd(options, sessionId, reason);
  const leftovers = await wipeSession(options, sessionId);
  await pastSessions.record({
    sessionId,
    roomId: room.roomId,
    roomTitle: room.title,
    webhookUrl: room.webhookUrl,
    joinedParticipants: joined,
    createdAt: new Date(room.createdAt),
    endedAt: new Date(),
    endReason: reason,
    wiped: leftovers.length === 0,
    leftovers,
  });
  if (leftovers.length > 0) {
    log.error({ sessionId, leftovers }, "a session ended and something of it is left; another attempt follows");
  } else {
    log.info({ sessionId, reason }, "a session ended and nothing of it is left");
  }
  return leftovers;
}

/**
 * Deletes everything of a session and looks again. Gives what is still there (empty as a rule), by name, after a few
 * attempts. May be called again, by any node.
 */
export async function wipeSession(options: EndSessionOptions, sessionId: string): Promise<string[]> {
  let leftovers: string[] = [];
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    if (attempt > 0) await delay(100 * 2 ** attempt);
    await closeConnections(options, sessionId);
    await remove(options, sessionId);
    leftovers = await inspect(options, sessionId);
    if (leftovers.length === 0) return [];
  }
  return leftovers;
}

/** Tells everybody in the session why it is over. */
async function announceEnd({ nats }: EndSessionOptions, sessionId: string, reason: string): Promise<void> {
  nats.bus.broadcast(sessionId, "ended", { reason });
  await nats.bus.flush();
  await delay(farewellMs);
}

async function closeConnections({ state, nats, log }: EndSessionOptions, sessionId: string): Promise<void> {
  const participants = await state.participants.entries(sessionId).catch(() => []);
  const sockets = participants.flatMap(({ value }) => value.socket ?? []);
  const results = await Promise.allSettled(sockets.map((socket) => nats.connections.kick(socket)));
  for (const result of results) {
    if (result.status === "rejected") log.warn({ err: result.reason }, "a connection could not be closed");
  }
}

/** What cannot be deleted now is found by `inspect` and deleted by the next attempt. */
async function remove({ state, nats, sfu, blobs, log }: EndSessionOptions, sessionId: string): Promise<void> {
  const results = await Promise.allSettled([
    sfu.deleteRoom(sessionId),
    nats.streams.delete(sessionId),
    state.participants.purgePrefix(sessionId),
    state.keys.purgePrefix(sessionId),
    state.openings.purgePrefix(sessionId),
    state.files.purgePrefix(sessionId),
    blobs.deleteSession(sessionId),
  ]);
  for (const result of results) {
    if (result.status === "rejected") log.warn({ err: result.reason }, "part of an ended session could not be deleted");
  }
}

/** Names of the parts that are still there, or could not be looked at. */
async function inspect({ state, nats, sfu, blobs, log }: EndSessionOptions, sessionId: string): Promise<string[]> {
  const parts: Record<string, Promise<boolean>> = {
    "media room": sfu.hasRoom(sessionId),
    stream: nats.streams.exists(sessionId, "public"),
    "private stream": nats.streams.exists(sessionId, "private"),
    participants: state.participants.count(sessionId).then((count) => count > 0),
    keys: state.keys.count(sessionId).then((count) => count > 0),
    opening: state.openings.count(sessionId).then((count) => count > 0),
    "list of files": state.files.count(sessionId).then((count) => count > 0),
    files: blobs.hasSession(sessionId),
    connections: nats.connections.list(sessionId).then(async (connections) => {
      await Promise.all(connections.map((connection) => nats.connections.kick(connection)));
      return connections.length > 0;
    }),
  };
  const results = await Promise.allSettled(Object.values(parts));
  return Object.keys(parts).filter((part, index) => {
    const result = results[index];
    if (result?.status === "fulfilled") return result.value;
    log.warn({ err: result?.reason, part }, "part of an ended session could not be checked");
    return true;
  });
}
