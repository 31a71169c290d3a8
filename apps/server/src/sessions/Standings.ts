import { setTimeout as delay } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { serviceOfKind, type Standing } from "@sotto/protocol";
import type { Logger } from "pino";
import { AppError } from "../platform/AppError.ts";
import type { KvEntry } from "../platform/nats/KvBucket.ts";
import type { NatsPlatform } from "../platform/nats/connectNats.ts";
import type { MediaPage, MediaRights, Sfu } from "../platform/sfu/Sfu.ts";
import {
  identitiesOf,
  isInside,
  isPresent,
  isSeenByAll,
  participantKey,
  type ParticipantRecord,
} from "./ParticipantRecord.ts";
import { permissionsIn } from "./person.ts";
import { isLive, type RoomRecord } from "./RoomRecord.ts";
import type { RosterNews } from "./RosterNews.ts";
import { admittedJobs, isAdmitted } from "./ServiceRun.ts";
import type { State } from "./State.ts";

interface StandingsOptions {
  state: State;
  nats: Pick<NatsPlatform, "bus" | "connections">;
  sfu: Sfu;
  news: RosterNews;
  log: Logger;
}

/** Lets the answer that announces a kick reach its page first. */
export const kickDelayMs = 250;
const maxAttempts = 20;
const knownPollMs = 25;
const knownWaitMs = 3_000;

/**
 * What people are and may do, from the records to the engines. Every change of a role, a lock or of who waits goes this
 * one way: the record is written, the person and the others are told, the SFU changes its grants, and last the
 * connection to NATS is closed, whose next one is let in with what holds then. As long as a connection is there with
 * other rights than its person's ({@link isOutdated}), some of this is still to be done, by whichever node.
 */
export class Standings {
  readonly #options: StandingsOptions;

  constructor(options: StandingsOptions) {
    this.#options = options;
  }

  /** The session's room, while it is running. */
  async liveRoom({ roomId, sessionId }: Pick<ParticipantRecord, "roomId" | "sessionId">): Promise<RoomRecord | null> {
    const room = await this.#options.state.rooms.get(roomId);
    return room !== null && room.value.sessionId === sessionId && isLive(room.value) ? room.value : null;
  }

  /**
   * Changes somebody's record and has everything follow, before it resolves; `change` may run several times. Where it
   * changes nothing, what is not as it should be is put right. `isCaller`: who asked for this hears the answer first.
   * Null where there is no such person, or the session is over.
   */
  async change(
    { roomId, sessionId, participantId }: Pick<ParticipantRecord, "roomId" | "sessionId" | "participantId">,
    change: (record: ParticipantRecord) => ParticipantRecord,
    { isCaller = false } = {},
  ): Promise<KvEntry<ParticipantRecord> | null> {
    const room = await this.liveRoom({ roomId, sessionId });
    if (room === null) return null;
    let changed = false;
    let wasSeenByAll = false;
    const entry = await this.#options.state.participants.mutate(participantKey(sessionId, participantId), (record) => {
      const next = withoutOldGrant(change(record), room);
      changed = next !== record;
      wasSeenByAll = isSeenByAll(record);
      return next;
    });
    if (entry === null) return null;
    if (changed) await this.#tell(entry, wasSeenByAll);
    await this.enforce(entry, { isCaller });
    return entry;
  }

  async #tell({ key, value, revision }: KvEntry<ParticipantRecord>, wasSeenByAll: boolean): Promise<void> {
    const { news, state } = this.#options;
    if (!wasSeenByAll || isSeenByAll(value)) return news.tell(value, revision);
    news.tellUnseen(value, revision);
    // Hosts heard that too: a newer revision brings the person back to them.
    const again = await state.participants.mutate(key, (record) => ({ ...record }));
    if (again !== null) news.tell(again.value, again.revision);
  }

  /** Has the engines grant somebody what they may do now, and nothing else. */
  async enforce({ value: record, revision }: KvEntry<ParticipantRecord>, { isCaller = false } = {}): Promise<void> {
    const { nats } = this.#options;
    const { sessionId, participantId, socket } = record;
    const room = await this.liveRoom(record);
    if (room === null || !isPresent(record)) return;
    const outdated = isOutdated(record, room);
    if (outdated && !record.waiting) {
      nats.bus.sendTo(sessionId, participantId, "standing", standingOf(record, revision, room));
    }
    if (!hasGrant(record, room)) await this.settlePages(record);
    if (!outdated || socket === null) return;
    if (isCaller) setTimeout(() => this.#inBackground(nats.connections.kick(socket)), kickDelayMs).unref();
    else {
      await nats.bus.flush();
      await nats.connections.kick(socket);
    }
  }

  /** What the SFU is to let a page do now; null for nothing at all. */
  async mediaRights({ sessionId, identity }: MediaPage): Promise<MediaRights | null> {
    const [pid = ""] = identity.split(".");
    const entry = await this.#options.state.participants.get(participantKey(sessionId, pid));
    if (entry === null || !isInside(entry.value) || !identitiesOf(entry.value).includes(identity)) return null;
    const room = await this.liveRoom(entry.value);
    if (room === null || !mayBeHeard(room, entry.value, identity)) return null;
    const { publish, subscribe } = permissionsIn(room, entry.value);
    return { publish, subscribe, hidden: entry.value.hidden };
  }

  /** {@link settleMedia} for all of somebody's pages. */
  async settlePages(record: ParticipantRecord): Promise<void> {
    const { sessionId } = record;
    await Promise.all(identitiesOf(record).map((identity) => this.settleMedia({ sessionId, identity })));
  }

  /**
   * Has the SFU grant a page what it may do now; `granted` is what it grants already. Looks again after each change, so
   * that of any number of callers the last one leaves what is right. `false` where nothing is allowed.
   */
  async settleMedia(page: MediaPage, granted?: MediaRights): Promise<boolean> {
    let applied: MediaRights | null | undefined = granted;
    for (let attempt = 0; attempt < maxAttempts; attempt++) {
      const rights = await this.mediaRights(page);
      if (isDeepStrictEqual(rights, applied)) return rights !== null;
      if (rights === null) await this.#options.sfu.removeParticipant(page);
      else await this.#options.sfu.updatePermissions(page, rights);
      applied = rights;
    }
    throw AppError.unavailable();
  }

  /**
   * The SFU has let a page in with `granted`; meanwhile it may have lost some of it. `false` where it is to be turned
   * away. What changes before the SFU can be told about this page is found a moment later.
   */
  async confirmMedia(page: MediaPage, granted: MediaRights): Promise<boolean> {
    const unchanged = isDeepStrictEqual(await this.mediaRights(page), granted);
    const settled = this.#untilKnown(page).then(() => this.settleMedia(page, granted));
    if (!unchanged) return settled;
    this.#inBackground(settled);
    return true;
  }

  /** Until then the SFU takes no orders about a page, though it let it in. */
  async #untilKnown(page: MediaPage): Promise<void> {
    const deadline = Date.now() + knownWaitMs;
    while ((await this.#options.sfu.participant(page)) === null && Date.now() < deadline) await delay(knownPollMs);
  }

  #inBackground(work: Promise<unknown>): void {
    work.catch((error: unknown) =>
      this.#options.log.warn({ err: error }, "a change of rights was not carried through"),
    );
  }
}

/** Whether somebody was let in last with what they may do now. */
function hasGrant(record: ParticipantRecord, room: RoomRecord): boolean {
  return isDeepStrictEqual(record.granted, permissionsIn(room, record));
}

/**
 * Whether somebody is connected with other rights than they have now. That is so until the connection is closed, also
 * where they get back meanwhile what they had.
 */
export function isOutdated(record: ParticipantRecord, room: RoomRecord): boolean {
  return record.socket !== null && !hasGrant(record, room);
}

/** What was granted before a change of rights says nothing any more, not even if the next change undoes it. */
function withoutOldGrant(record: ParticipantRecord, room: RoomRecord): ParticipantRecord {
  return record.granted === null || hasGrant(record, room) ? record : { ...record, granted: null };
}

/** What somebody is told about themself. */
export function standingOf(record: ParticipantRecord, revision: number, room: RoomRecord): Standing {
  return { revision, role: record.role, permissions: permissionsIn(room, record) };
}

/**
 * Whether services leave a page its media connection. A service has one from when everybody keeps their media from it who
 * did not agree; and then, nobody has one whose page did not say so (docs/adr/0017).
 */
function mayBeHeard({ services }: RoomRecord, person: ParticipantRecord, identity: string): boolean {
  const { service, hidden, seat, pending } = person;
  if (service !== null) return isAdmitted(services, serviceOfKind[service.kind], service.jobId);
  const page = [seat, pending?.seat].find((each) => each && identity.endsWith(`.${each.senderNonce}`));
  return hidden || admittedJobs(services).every((jobId) => page?.guards.includes(jobId) === true);
}
