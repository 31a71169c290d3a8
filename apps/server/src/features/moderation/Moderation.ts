import type { LockName, MediaSource, ModerateRequest, Role, StoppableSource } from "@sotto/protocol";
import type { Context } from "../../context.ts";
import { AppError } from "../../platform/AppError.ts";
import { banMarkOf, maxBans } from "../../sessions/bans.ts";
import { followLocks, lockForAll, lockForOne } from "../../sessions/locks.ts";
import { identitiesOf, rosterEntryOf, takesPlace, type ParticipantRecord } from "../../sessions/ParticipantRecord.ts";
import { permissionsIn } from "../../sessions/person.ts";
import type { RoomRecord } from "../../sessions/RoomRecord.ts";
import { raiseHand } from "../../sessions/seats.ts";

type Services = Pick<Context, "nats" | "participants" | "sessions" | "sfu" | "standings" | "state">;

/** Who orders, and where. */
interface Order {
  room: RoomRecord;
  caller: ParticipantRecord;
}

/** What a page publishes when it publishes this; the sound of a screen share goes with its picture. */
const tracksOf: Record<StoppableSource, MediaSource[]> = {
  microphone: ["microphone"],
  camera: ["camera"],
  screen_share: ["screen_share", "screen_share_audio"],
};

/** What hosts may order, and the rules of it. */
export class Moderation {
  readonly #services: Services;

  constructor(services: Services) {
    this.#services = services;
  }

  /** Resolves when the order holds. Throws `not_found` for somebody who is not in the session, `not_allowed`. */
  async order(request: ModerateRequest, order: Order): Promise<void> {
    switch (request.action) {
      case "ask-to-unmute":
        return this.#ask(request, order);
      case "stop":
        return this.#stop(request, order);
      case "remove":
        return this.#remove(request, order);
      case "set-role":
        return this.#setRole(request, order);
      case "lock":
        return request.participantId === null
          ? this.#lockForAll(request, order)
          : this.#lockForOne({ ...request, participantId: request.participantId }, order);
      case "spotlight":
        return this.#spotlight(request, order);
      case "lower-hand":
        return this.#lowerHand(request, order);
      case "waiting-room":
        return this.#changeRoom(order, (room) => ({ ...room, waitingRoom: request.active }));
    }
  }

  async #ask(
    { participantId, source }: { participantId: string; source: MediaSource },
    { room, caller }: Order,
  ): Promise<void> {
    if (caller.hidden) throw AppError.notAllowed("a hidden person asks nobody: they would be seen");
    const target = await this.#target(participantId, caller);
    if (!permissionsIn(room, target).publish.includes(source)) {
      throw AppError.notAllowed("this person may not switch that on; unlock it first");
    }
    const { nats } = this.#services;
    nats.bus.sendTo(room.sessionId, participantId, "asked", { source, by: caller.participantId });
  }

  async #stop(
    { participantId, source }: { participantId: string | null; source: StoppableSource },
    { caller }: Order,
  ): Promise<void> {
    const { sessionId } = caller;
    const targets =
      participantId === null
        ? (await this.#people(sessionId)).filter(({ role }) => role !== "host")
        : [await this.#target(participantId, caller)];
    const pages = targets.flatMap((target) => identitiesOf(target).map((identity) => ({ sessionId, identity })));
    await Promise.all(pages.map((page) => this.#stopPage(page, source)));
  }

  /** A picture of one's screen is not muted and unmuted: it is taken down, and may be put up anew. */
  async #stopPage(page: { sessionId: string; identity: string }, source: StoppableSource): Promise<void> {
    const { sfu, standings } = this.#services;
    if (source !== "screen_share") return sfu.muteTracks(page, source);
    const rights = await standings.mediaRights(page);
    if (rights === null) return;
    const without = { ...rights, publish: rights.publish.filter((each) => !tracksOf[source].includes(each)) };
    await sfu.updatePermissions(page, without);
    await standings.settleMedia(page, without);
  }

  async #remove(
    { participantId, ban }: { participantId: string; ban: boolean },
    { room, caller }: Order,
  ): Promise<void> {
    const { participants } = this.#services;
    const target = await this.#target(participantId, caller);
    const isCaller = participantId === caller.participantId;
    if (isCaller && ban) throw AppError.notAllowed("nobody bans themself; leave the meeting");
    if (isCaller) {
      if (!(await this.#hasOtherHost(target))) {
        throw AppError.notAllowed("you are the last host: leave the meeting or end it");
      }
      return participants.leave(caller.sessionId, participantId);
    }
    const mark = ban ? banMarkOf(room, target) : null;
    if (mark !== null && mark === banMarkOf(room, caller)) {
      throw AppError.notAllowed("this is you on another device; remove it without a ban");
    }
    if (ban) await this.#ban(mark, { room, caller });
    const isMeant = (record: ParticipantRecord) => record.participantId === participantId;
    const isSame = (record: ParticipantRecord) =>
      isMeant(record) || (mark !== null && banMarkOf(room, record) === mark);
    const everybody = await this.#services.state.participants.entries(caller.sessionId);
    const meant = everybody.filter(({ value }) => value.presence.state !== "left" && isSame(value));
    await Promise.all(
      meant.map(({ value }) =>
        participants.remove(value.sessionId, value.participantId, { reason: "removed" }, () => true),
      ),
    );
  }

  /** Where a ban keeps nobody out, hosts look at who comes. */
  async #ban(mark: string | null, order: Order): Promise<void> {
    await this.#changeRoom(order, (room) => {
      if (mark === null) return room.waitingRoom ? room : { ...room, waitingRoom: true };
      if (room.banned.includes(mark)) return room;
      if (room.banned.length >= maxBans) throw new AppError("rate_limited", "too many people are banned already");
      return { ...room, banned: [...room.banned, mark] };
    });
  }

  async #setRole(
    { participantId, role }: { participantId: string; role: Role },
    { room, caller }: Order,
  ): Promise<void> {
    const { sessions, standings } = this.#services;
    const target = await this.#target(participantId, caller);
    if (target.role === role) return;
    const isLast = role === "participant" && !target.hidden && !(await this.#hasOtherHost(target));
    if (isLast) throw AppError.notAllowed("this is the last host: make somebody else one first");
    if (role === "host" && !target.hidden) await sessions.noteHost(room);
    const isCaller = participantId === caller.participantId;
    const changed = await standings.change(
      target,
      (record) => (takesPlace(record) && record.role !== role ? withRole(record, role) : record),
      { isCaller },
    );
    if (changed === null || !takesPlace(changed.value)) throw AppError.personGone();
    // Two hosts may have made each other participants at the same time: then neither did.
    if (role === "host" || target.hidden || (await this.#hasOtherHost(target))) return;
    await standings.change(target, (record) => (takesPlace(record) ? { ...record, role: "host" } : record));
    throw AppError.notAllowed("this is the last host: make somebody else one first");
  }

  async #lockForOne(
    { participantId, lock, locked }: { participantId: string; lock: LockName; locked: boolean },
    { room, caller }: Order,
  ): Promise<void> {
    const target = await this.#target(participantId, caller);
    const isCaller = participantId === caller.participantId;
    await this.#services.standings.change(target, (record) => lockForOne(record, room, lock, locked), { isCaller });
  }

  /** One change of the room's record: it holds for everybody from then on. What follows makes everybody feel it. */
  async #lockForAll({ lock, locked }: { lock: LockName; locked: boolean }, { caller }: Order): Promise<void> {
    const { sessions, standings } = this.#services;
    const room = await sessions.changeRoom(caller, (record) => lockForAll(record, lock, locked));
    if (room === null) throw AppError.sessionEnded();
    const people = await this.#people(caller.sessionId);
    await Promise.all(
      people.map((person) =>
        standings.change(person, (record) => followLocks(record, room), {
          isCaller: person.participantId === caller.participantId,
        }),
      ),
    );
  }

  async #spotlight({ participantId }: { participantId: string | null }, order: Order): Promise<void> {
    if (participantId !== null) {
      const target = await this.#target(participantId, order.caller);
      if (target.hidden) throw AppError.notAllowed("who is hidden is shown to nobody");
    }
    await this.#changeRoom(order, (room) =>
      room.spotlight === participantId ? room : { ...room, spotlight: participantId },
    );
  }

  async #lowerHand({ participantId }: { participantId: string | null }, { caller }: Order): Promise<void> {
    const targets =
      participantId === null ? await this.#people(caller.sessionId) : [await this.#target(participantId, caller)];
    const raised = targets.filter(({ hand }) => hand !== null);
    await Promise.all(
      raised.map((target) => this.#services.standings.change(target, (record) => raiseHand(record, false))),
    );
  }

  async #changeRoom({ caller }: Order, change: (room: RoomRecord) => RoomRecord): Promise<void> {
    if ((await this.#services.sessions.changeRoom(caller, change)) === null) throw AppError.sessionEnded();
  }

  /** Somebody in the session whom the caller can see. */
  async #target(participantId: string, caller: ParticipantRecord): Promise<ParticipantRecord> {
    const target = await this.#services.participants.find(caller.sessionId, participantId);
    const isKnown = target !== null && (rosterEntryOf(target, 0) !== null || participantId === caller.participantId);
    if (!isKnown) throw AppError.personGone();
    if (target.service !== null) throw AppError.notAllowed("this is no person: stop the recording or transcription");
    return target;
  }

  /** Everybody who is in the session, or about to be, and does not wait. */
  async #people(sessionId: string): Promise<ParticipantRecord[]> {
    const entries = await this.#services.state.participants.entries(sessionId);
    return entries.map(({ value }) => value).filter(takesPlace);
  }

  async #hasOtherHost({ sessionId, participantId }: ParticipantRecord): Promise<boolean> {
    const people = await this.#people(sessionId);
    return people.some((person) => person.role === "host" && !person.hidden && person.participantId !== participantId);
  }
}

/** Only hosts record on their own device. */
function withRole(record: ParticipantRecord, role: Role): ParticipantRecord {
  return { ...record, role, localRecording: role === "host" ? record.localRecording : null };
}
