import { e2eeModelOf } from "@sotto/protocol";
import { z } from "zod";
import { isMemberIn, type Membership } from "./membership.ts";
import type { RoomRecord } from "./RoomRecord.ts";
import { randomSecret } from "./tokens.ts";

/** How long the people in a session have to stage an epoch before it is sent under. */
const stagingMs = 1_000;
/** Of a very long session the oldest epochs are forgotten, so that the record and every answer stay small. */
const maxKeptEpochs = 512;

/** 32 random bytes in base64url; only in rooms with a server-generated key. */
const secretSchema = z.string().optional();

/**
 * The keys of an end-to-end encrypted session, as far as the server has any; in memory, under the session id, from the
 * first join to the end. One record, so that every change of it is one compare-and-set.
 *
 * - `root`: only in rooms with a server-generated key.
 * - `epochs`: ascending, the newest one last.
 * - `skip`: how many numbers the next epoch leaves out. After a loss of NATS the newest ones may not have been remembered,
 *   and a number never means two secrets.
 * - `begun`: how many epochs began, those that were forgotten too; numbers that were left out are none.
 * - `current`: the epoch that everybody was told to send under.
 * - `beganAt`, `dueAt`: when the newest one began and when the next one has to begin, in Unix milliseconds.
 * - `activateAt`: until when the newest one is being staged, in Unix milliseconds; null once it is current.
 */
export const keyRecordSchema = z.object({
  root: secretSchema,
  epochs: z.array(z.object({ epoch: z.int(), secret: secretSchema })).min(1),
  skip: z.int().default(0),
  begun: z.int().default(1),
  current: z.int(),
  beganAt: z.int(),
  dueAt: z.int(),
  activateAt: z.int().nullable(),
});
export type KeyRecord = z.infer<typeof keyRecordSchema>;
export type KeyEpoch = KeyRecord["epochs"][number];

/** The keys of a session that begins, or null where there is no end-to-end encryption. */
export function firstKeys({ features }: RoomRecord, now: number, maxAgeMs: number): KeyRecord | null {
  const model = e2eeModelOf(features);
  if (model === "none") return null;
  const times = { skip: 0, begun: 1, current: 0, beganAt: now, dueAt: now + maxAgeMs, activateAt: null };
  if (model === "passphrase") return { epochs: [{ epoch: 0 }], ...times };
  return { root: randomSecret(), epochs: [{ epoch: 0, secret: randomSecret() }], ...times };
}

export function newestEpoch({ epochs }: KeyRecord): KeyEpoch {
  const newest = epochs.at(-1);
  if (!newest) throw new Error("a session has an epoch");
  return newest;
}

/** Begins the next epoch, which is to be staged. */
export function beginEpoch(record: KeyRecord, now: number, maxAgeMs: number): KeyRecord {
  const { epoch, secret } = newestEpoch(record);
  const next: KeyEpoch = { epoch: epoch + 1 + record.skip, ...(secret !== undefined && { secret: randomSecret() }) };
  const epochs = [...record.epochs, next].slice(-maxKeptEpochs);
  return {
    ...record,
    epochs,
    skip: 0,
    begun: record.begun + 1,
    beganAt: now,
    dueAt: now + maxAgeMs,
    activateAt: now + stagingMs,
  };
}

/** More epochs than begin between two looks at the memory. */
const skippedAfterLoss = 16;
/** Everybody is back by then: who is not, cannot open what is sent under a new epoch. */
const renewAfterLossMs = 15_000;

/** The keys as they are written back after NATS lost them: another epoch begins soon, whose number nobody has used. */
export function keysAfterLoss(record: KeyRecord, now: number): KeyRecord {
  return { ...record, skip: skippedAfterLoss, dueAt: Math.min(record.dueAt, now + renewAfterLossMs) };
}

/** Has the next epoch begin at `at`, unless it has to begin earlier anyway: then the same record. */
export function requestEpoch(record: KeyRecord, at: number): KeyRecord {
  return record.dueAt <= at ? record : { ...record, dueAt: at };
}

/** Takes over the staging of the newest epoch from a node that did not finish it. */
export function claimStaging(record: KeyRecord, now: number): KeyRecord {
  return { ...record, activateAt: now + stagingMs };
}

/** Ends the staging of an epoch: it is sent under from now on. The same record if a newer one is already. */
export function activateEpoch(record: KeyRecord, epoch: number): KeyRecord {
  if (epoch <= record.current) return record;
  return { ...record, current: epoch, activateAt: epoch === newestEpoch(record).epoch ? null : record.activateAt };
}

/** The epochs of somebody's own membership, ascending. */
export function epochsOf({ epochs }: KeyRecord, membership: Membership): KeyEpoch[] {
  return epochs.filter(({ epoch }) => isMemberIn(membership, epoch));
}
