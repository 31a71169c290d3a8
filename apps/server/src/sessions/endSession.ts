import { setTimeout as delay } from "node:timers/promises";
import { artifactType, receiptParts, type ReceiptPart } from "@sotto/protocol";
import type { Logger } from "pino";
import { roomName, roomOwner } from "../clients/roomScope.ts";
import type { Metrics } from "../metrics/Metrics.ts";
import type { BlobStore } from "../platform/blobs/BlobStore.ts";
import type { NatsPlatform } from "../platform/nats/connectNats.ts";
import type { Analytics } from "../analytics/Analytics.ts";
import type { Sfu } from "../platform/sfu/Sfu.ts";
import { artifactMetadata } from "../receipts/artifactMetadata.ts";
import type { Receipts } from "../receipts/Receipts.ts";
import { takeStock } from "../receipts/takeStock.ts";
import type { Attendance } from "./Attendance.ts";
import { endingSessions, withStock, type EndingSession } from "./EndingSession.ts";
import type { PastSessions } from "./PastSessions.ts";
import type { RoomRecord } from "./RoomRecord.ts";
import type { ServiceJobs } from "./ServiceJobs.ts";
import { runningJobs } from "./ServiceRun.ts";
import { roomOfSession, type SessionEvents } from "./SessionEvents.ts";
import type { State } from "./State.ts";

export interface EndSessionOptions {
  state: State;
  nats: Pick<NatsPlatform, "bus" | "connections" | "streams">;
  sfu: Sfu;
  blobs: BlobStore;
  log: Logger;
}

export interface ConcludeSessionOptions extends EndSessionOptions {
  attendance: Attendance;
  events: SessionEvents;
  pastSessions: PastSessions;
  receipts: Receipts;
  analytics: Pick<Analytics, "write">;
  jobs: ServiceJobs | null;
  metrics: Metrics;
}

/** What looking for one part of a session found. Where it could not be looked at, it counts as left. */
export interface PartCheck {
  part: ReceiptPart;
  result: "gone" | "left" | "unknown";
  /** Unix milliseconds. */
  checkedAt: number;
}

/** What was found after the last of so many attempts to wipe. */
export interface WipeCheck {
  attempts: number;
  parts: PartCheck[];
}

const maxAttempts = 5;
/** Lets pages read why they are about to be closed. */
const farewellMs = 100;

/**
 * The end of one session that was started: everybody is told, what it held is counted, everything is deleted and looked
 * for, and record and receipt are written. Gives whether nothing is left; may be called again, by any node, and counts
 * once.
 */
export async function concludeSession(
  options: ConcludeSessionOptions,
  room: RoomRecord,
  ending: EndingSession,
): Promise<boolean> {
  const { attendance, events, pastSessions, receipts, metrics, log } = options;
  const { sessionId, reason } = ending;
  await announceEnd(options, room, ending);
  await stopServices(options, room);
  await closeConnections(options, sessionId);
  // What was counted before was told before.
  if (ending.stock === null) {
    await attendance.allGone(ending);
    await events.emit({ name: "sessionEnded", room: roomOfSession(room, sessionId), reason });
  }
  const stock = await stockOf(options, room, ending);
  const keepsActivity = !(await hasWritten(options, room, ending, stock.people));
  const check = await wipeSession(options, sessionId, { keepsActivity });
  const leftovers = leftoversOf(check);
  await pastSessions.record({
    sessionId,
    owner: roomOwner(room.roomId),
    roomId: roomName(room.roomId),
    roomTitle: room.title,
    webhookUrl: room.webhookUrl,
    joinedParticipants: stock.people ?? 0,
    createdAt: new Date(ending.openedAt),
    endedAt: new Date(ending.endedAt),
    endReason: reason,
    wiped: leftovers.length === 0,
    leftovers,
  });
  await receipts.issue(room, ending, stock, check);
  metrics.sessionsEnded.add(leftovers.length === 0 ? "gone" : "left");
  if (leftovers.length > 0) {
    log.error({ sessionId, leftovers }, "a session ended and something of it is left; another attempt follows");
  } else {
    log.info({ sessionId, reason }, "a session ended and nothing of it is left");
    const artifact = await receipts.of(sessionId);
    if (artifact !== null) {
      const facts = { artifactId: artifact.artifactId, type: artifactType, metadata: artifactMetadata(artifact) };
      await events.emit({ name: "artifactCreated", room: roomOfSession(room, sessionId), artifact: facts });
    }
    await events.emit({ name: "sessionWiped", room: roomOfSession(room, sessionId), reason });
  }
  return leftovers.length === 0;
}

/**
 * Deletes everything of a session and looks again, a few times where something is still there. May be called again, by
 * any node. `keepsActivity`: what was noted for statistics that could not be written yet stays for the next attempt.
 */
export async function wipeSession(
  options: EndSessionOptions,
  sessionId: string,
  { keepsActivity = false } = {},
): Promise<WipeCheck> {
  for (let attempts = 1; ; attempts++) {
    await closeConnections(options, sessionId);
    await remove(options, sessionId, keepsActivity);
    const parts = await inspect(options, sessionId);
    if (attempts === maxAttempts || parts.every(({ result }) => result === "gone")) return { attempts, parts };
    await delay(100 * 2 ** attempts);
  }
}

/** Names of what is still there, or could not be looked at. */
export function leftoversOf({ parts }: WipeCheck): ReceiptPart[] {
  return parts.filter(({ result }) => result !== "gone").map(({ part }) => part);
}

/** Tells everybody in the session why it is over, and hosts before that how they get its receipt. */
async function announceEnd(
  { state, nats, receipts }: ConcludeSessionOptions,
  { roomId }: RoomRecord,
  { sessionId, reason }: EndingSession,
): Promise<void> {
  const people = await state.participants.entries(sessionId);
  for (const { value } of people) {
    if (value.role !== "host" || value.presence.state !== "online") continue;
    nats.bus.sendTo(sessionId, value.participantId, "receipt", { token: receipts.tokens.issue({ roomId, sessionId }) });
  }
  nats.bus.broadcast(sessionId, "ended", { reason });
  await nats.bus.flush();
  await delay(farewellMs);
}

/** Whether the statistics, where there are to be some, are written. Nothing else of a session stays because they are not. */
async function hasWritten(
  { analytics, log }: ConcludeSessionOptions,
  room: RoomRecord,
  ending: EndingSession,
  people: number | null,
): Promise<boolean> {
  try {
    await analytics.write(room, ending, people);
    return true;
  } catch (error) {
    log.error({ err: error, sessionId: ending.sessionId }, "statistics could not be written; another attempt follows");
    return false;
  }
}

/** The processes notice by themselves too: their connections are closed. */
async function stopServices({ jobs, log }: ConcludeSessionOptions, { services }: RoomRecord): Promise<void> {
  if (jobs === null) return;
  for (const result of await Promise.allSettled(runningJobs(services).map((jobId) => jobs.stop(jobId)))) {
    if (result.status === "rejected") log.warn({ err: result.reason }, "a service was not told that the session ended");
  }
}

/** What was counted by an attempt before this one, or is counted and kept now. */
async function stockOf(options: ConcludeSessionOptions, { roomId }: RoomRecord, { sessionId, stock }: EndingSession) {
  if (stock !== null) return stock;
  const counted = await takeStock(options, sessionId);
  let kept = counted;
  await options.state.rooms.mutate(roomId, (record) => {
    const next = withStock(record, sessionId, counted);
    // Another node may have counted first, and deleted since.
    kept = endingSessions(next).find((each) => each.sessionId === sessionId)?.stock ?? counted;
    return next;
  });
  return kept;
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
async function remove(
  { state, nats, sfu, blobs, log }: EndSessionOptions,
  sessionId: string,
  keepsActivity: boolean,
): Promise<void> {
  const results = await Promise.allSettled([
    sfu.deleteRoom(sessionId),
    nats.streams.delete(sessionId),
    state.participants.purgePrefix(sessionId),
    state.keys.purgePrefix(sessionId),
    state.openings.purgePrefix(sessionId),
    ...(keepsActivity ? [] : [state.activity.purgePrefix(sessionId)]),
    state.files.purgePrefix(sessionId),
    blobs.deleteSession(sessionId),
  ]);
  for (const result of results) {
    if (result.status === "rejected") log.warn({ err: result.reason }, "part of an ended session could not be deleted");
  }
}

/** Looks for every part. */
async function inspect({ state, nats, sfu, blobs, log }: EndSessionOptions, sessionId: string): Promise<PartCheck[]> {
  const parts: Record<ReceiptPart, Promise<boolean>> = {
    people: state.participants.count(sessionId).then((count) => count > 0),
    messages: nats.streams.exists(sessionId, "public"),
    private_messages: nats.streams.exists(sessionId, "private"),
    files: blobs.hasSession(sessionId),
    file_list: state.files.count(sessionId).then((count) => count > 0),
    keys: state.keys.count(sessionId).then((count) => count > 0),
    opening: state.openings.count(sessionId).then((count) => count > 0),
    activity: state.activity.count(sessionId).then((count) => count > 0),
    media_room: sfu.hasRoom(sessionId),
    connections: nats.connections.list(sessionId).then(async (connections) => {
      await Promise.all(connections.map((connection) => nats.connections.kick(connection)));
      return connections.length > 0;
    }),
  };
  return Promise.all(
    receiptParts.map(async (part): Promise<PartCheck> => {
      try {
        const result = (await parts[part]) ? "left" : "gone";
        return { part, result, checkedAt: Date.now() };
      } catch (error) {
        log.warn({ err: error, part }, "part of an ended session could not be checked");
        return { part, result: "unknown", checkedAt: Date.now() };
      }
    }),
  );
}
