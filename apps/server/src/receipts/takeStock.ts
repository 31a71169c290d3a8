import type { Logger } from "pino";
import type { BlobStore } from "../platform/blobs/BlobStore.ts";
import type { NatsPlatform } from "../platform/nats/connectNats.ts";
import { hasBeenThere } from "../sessions/ParticipantRecord.ts";
import type { State } from "../sessions/State.ts";
import type { Stock } from "./Stock.ts";

interface TakeStockOptions {
  state: State;
  nats: Pick<NatsPlatform, "streams">;
  blobs: BlobStore;
  log: Logger;
}

/** Counts what a session holds, asking the stores themselves. Never throws: a figure that is missing holds up no end. */
export async function takeStock({ state, nats, blobs, log }: TakeStockOptions, sessionId: string): Promise<Stock> {
  const at = Date.now();
  const count = async <T>(figure: Promise<T>): Promise<T | null> => {
    try {
      return await figure;
    } catch (error) {
      log.warn({ err: error, sessionId }, "part of an ended session could not be counted");
      return null;
    }
  };
  const countPeople = async () => {
    const entries = await state.participants.entries(sessionId);
    return entries.filter(({ value }) => hasBeenThere(value)).length;
  };
  const countFiles = async () => {
    const [stored, record] = await Promise.all([blobs.usage(sessionId), state.files.get(sessionId)]);
    const { brokenOff = 0, files = [] } = record?.value ?? {};
    return { ...stored, unfinished: brokenOff + files.filter((file) => file.state === "uploading").length };
  };
  const countKeys = async () => {
    const entry = await state.keys.get(sessionId);
    if (entry === null) return { serverKey: false, epochsBegun: 0 };
    return { serverKey: entry.value.root !== undefined, epochsBegun: entry.value.begun };
  };
  const [people, messages, privateMessages, files, keys] = await Promise.all([
    count(countPeople()),
    count(nats.streams.usage(sessionId, "public")),
    count(nats.streams.usage(sessionId, "private")),
    count(countFiles()),
    count(countKeys()),
  ]);
  return { at, people, messages, privateMessages, files, keys };
}
