import { setTimeout as delay } from "node:timers/promises";
import { e2eeModelOf } from "@sotto/protocol";
import type { Logger } from "pino";
import { AppError } from "../platform/AppError.ts";
import type { KvEntry } from "../platform/nats/KvBucket.ts";
import type { MeetingBus } from "../platform/nats/MeetingBus.ts";
import {
  activateEpoch,
  beginEpoch,
  claimStaging,
  firstKeys,
  newestEpoch,
  requestEpoch,
  type KeyRecord,
} from "./KeyRecord.ts";
import type { RoomRecord } from "./RoomRecord.ts";
import type { State } from "./State.ts";

interface EpochsOptions {
  state: State;
  bus: MeetingBus;
  /** Longest life of an epoch. */
  maxAgeMs: number;
  log: Logger;
}

/** People who leave within this time are shut out by the same epoch. */
const coalesceMs = 250;
/** Somebody who comes in does not start an epoch when one began within this time. */
const freshMs = 10_000;
/** How long after its deadline a staging that nobody finished is taken over by another node. */
const takeoverMs = 500;

/**
 * The epochs of the sessions' keys: begun when somebody comes or goes and after some hours, staged to everybody who is
 * there, then sent under. What is to happen stands in the KV, and every step is a compare-and-set: of any number of
 * nodes one does it, and another one goes on if that one dies. Epochs may be staged while an earlier one still is, so
 * that nobody who has left is waited for.
 */
export class Epochs implements AsyncDisposable {
  readonly #options: EpochsOptions;
  readonly #closing = new AbortController();
  readonly #alarms = new Map<string, NodeJS.Timeout>();
  readonly #work = new Set<Promise<void>>();

  constructor(options: EpochsOptions) {
    this.#options = options;
  }

  /** Stops; what is being staged is left to another node, and to the clients' own patience. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    for (const alarm of this.#alarms.values()) clearTimeout(alarm);
    await Promise.all(this.#work);
  }

  /** Makes the keys of a session, or finds those that another first join made. Null without end-to-end encryption. */
  async open(room: RoomRecord): Promise<KeyRecord | null> {
    const made = firstKeys(room, Date.now(), this.#options.maxAgeMs);
    if (made === null) return null;
    const won = (await this.#options.state.keys.create(room.sessionId, made)) !== null;
    return won ? made : this.read(room);
  }

  /** The keys of a running session, null without end-to-end encryption. Throws `session_ended`. */
  async read({ features, sessionId }: RoomRecord): Promise<KeyRecord | null> {
    if (e2eeModelOf(features) === "none") return null;
    const keys = await this.find(sessionId);
    if (keys === null) throw AppError.sessionEnded();
    return keys;
  }

  async find(sessionId: string): Promise<KeyRecord | null> {
    const entry = await this.#options.state.keys.get(sessionId);
    return entry?.value ?? null;
  }

  /** The keys for somebody who comes in now; `known` was read a moment ago. Begins an epoch unless one just began. */
  async forEntrant(room: RoomRecord, known?: KeyRecord | null): Promise<KeyRecord | null> {
    const isStale = ({ beganAt }: KeyRecord) => beganAt + freshMs <= Date.now();
    const keys = known ?? (await this.read(room));
    if (keys === null || !isStale(keys)) return keys;
    const entry = await this.#advance(room.sessionId, (record) => (isStale(record) ? this.#begin(record) : record));
    if (entry === null) throw AppError.sessionEnded();
    return entry.value;
  }

  /**
   * Somebody is going: an epoch without them begins in a moment. To be called before and after that was written: before,
   * because this node may die in between; after, because an epoch may have begun in between.
   */
  async renewSoon(sessionId: string): Promise<void> {
    const at = Date.now() + coalesceMs;
    const entry = await this.#options.state.keys.mutate(sessionId, (record) => requestEpoch(record, at));
    if (entry !== null) this.#setAlarm(sessionId, entry.value.dueAt);
  }

  /** Acts on the deadlines of a session's keys that have passed; `false` where the session is over. */
  async attend({ key, value }: KvEntry<KeyRecord>, now: number): Promise<boolean> {
    const act = (record: KeyRecord) => {
      if (record.dueAt <= now) return this.#begin(record);
      const isOrphaned = record.activateAt !== null && record.activateAt + takeoverMs <= now;
      return isOrphaned ? claimStaging(record, now) : record;
    };
    return act(value) === value || (await this.#advance(key, act)) !== null;
  }

  #begin(record: KeyRecord): KeyRecord {
    return beginEpoch(record, Date.now(), this.#options.maxAgeMs);
  }

  /** Changes a session's keys such that their newest epoch is to be staged, and sees to that. */
  async #advance(sessionId: string, change: (record: KeyRecord) => KeyRecord): Promise<KvEntry<KeyRecord> | null> {
    let changed = false;
    const entry = await this.#options.state.keys.mutate(sessionId, (record) => {
      const next = change(record);
      changed = next !== record;
      return next;
    });
    if (entry !== null && changed) this.#track(this.#stage(sessionId, entry.value));
    return entry;
  }

  /** Gives the newest epoch to everybody who is connected, and has them send under it when all have it, or in time. */
  async #stage(sessionId: string, keys: KeyRecord): Promise<void> {
    const { state, bus } = this.#options;
    const newest = newestEpoch(keys);
    // Read after the epoch began: whoever left before that gets nothing of it.
    const people = await state.participants.entries(sessionId);
    const online = people.filter(({ value }) => value.presence.state === "online" && !value.waiting);
    const missing = new Set(online.map(({ value }) => value.participantId));
    if (missing.size > 0) {
      const complete = Promise.withResolvers<void>();
      const stopListening = bus.onEpochStaged(sessionId, (participantId, epoch) => {
        if (epoch === newest.epoch) missing.delete(participantId);
        if (missing.size === 0) complete.resolve();
      });
      const done = new AbortController();
      const signal = AbortSignal.any([done.signal, this.#closing.signal]);
      const remainingMs = Math.max(0, (keys.activateAt ?? 0) - Date.now());
      try {
        for (const participantId of missing) bus.sendTo(sessionId, participantId, "epoch", newest);
        await Promise.race([complete.promise, delay(remainingMs, undefined, { signal })]);
      } finally {
        done.abort();
        stopListening();
      }
    }
    await this.#activate(sessionId, newest.epoch);
  }

  async #activate(sessionId: string, epoch: number): Promise<void> {
    const { state, bus } = this.#options;
    let activated = false;
    const entry = await state.keys.mutate(sessionId, (record) => {
      const next = activateEpoch(record, epoch);
      activated = next !== record;
      return next;
    });
    if (entry !== null && activated) bus.broadcast(sessionId, "epoch", { epoch });
  }

  #setAlarm(sessionId: string, dueAt: number): void {
    const name = `${sessionId} ${dueAt}`;
    if (this.#alarms.has(name) || this.#closing.signal.aborted) return;
    const ring = () => {
      this.#alarms.delete(name);
      const renewed = this.#advance(sessionId, (record) => (record.dueAt <= dueAt ? this.#begin(record) : record));
      this.#track(renewed.then(() => undefined));
    };
    this.#alarms.set(name, setTimeout(ring, Math.max(0, dueAt - Date.now())));
  }

  #track(work: Promise<void>): void {
    const tracked = work
      .catch((error: unknown) => {
        if (this.#closing.signal.aborted) return;
        this.#options.log.warn({ err: error }, "an epoch could not be brought about; it is tried again");
      })
      .finally(() => this.#work.delete(tracked));
    this.#work.add(tracked);
  }
}
