import { setTimeout as delay } from "node:timers/promises";
import type { Logger } from "pino";
import type { BlobStore } from "../platform/blobs/BlobStore.ts";
import type { NatsPlatform } from "../platform/nats/connectNats.ts";
import type { Sfu } from "../platform/sfu/Sfu.ts";
import type { State } from "./State.ts";

export interface EndSessionOptions {
  state: State;
  nats: Pick<NatsPlatform, "bus" | "connections" | "streams">;
  sfu: Sfu;
  blobs: BlobStore;
  log: Logger;
}

const maxAttempts = 5;
/** Lets pages read why they are about to be closed. */
const farewellMs = 100;

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
export async function announceEnd({ nats }: EndSessionOptions, sessionId: string, reason: string): Promise<void> {
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
    state.secrets.purgePrefix(sessionId),
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
    secrets: state.secrets.count(sessionId).then((count) => count > 0),
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
