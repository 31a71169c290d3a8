import { AppError } from "../platform/AppError.ts";
import type { KvEntry } from "../platform/nats/KvBucket.ts";
import type { NatsPlatform } from "../platform/nats/connectNats.ts";
import { waitingEntryOf, type ParticipantRecord } from "./ParticipantRecord.ts";
import type { Participants } from "./Participants.ts";
import { hasPlace } from "./places.ts";
import type { RoomRecord } from "./RoomRecord.ts";
import type { RosterNews } from "./RosterNews.ts";
import { admit, seatDeadlines } from "./seats.ts";
import type { State } from "./State.ts";

interface WaitingRoomOptions {
  state: State;
  participants: Participants;
  news: RosterNews;
  nats: Pick<NatsPlatform, "bus" | "connections" | "streams">;
  seatMs: number;
}

/** People who wait until a host lets them in: what hosts decide about them. Nobody is meant by null: everybody is. */
export class WaitingRoom {
  readonly #options: WaitingRoomOptions;

  constructor(options: WaitingRoomOptions) {
    this.#options = options;
  }

  /**
   * Lets people in, in the order they came. Throws `room_full` where there is no place left, after those before were let
   * in.
   */
  async admit(room: RoomRecord, participantId: string | null): Promise<void> {
    for (const { key } of await this.#waiting(room, participantId)) await this.#admit(room, key);
  }

  /** Sends somebody away who waits; they are told. */
  async refuse({ sessionId }: RoomRecord, participantId: string): Promise<void> {
    const isWaiting = (record: ParticipantRecord) => record.waiting;
    const { participants } = this.#options;
    const refused = await participants.remove(sessionId, participantId, { reason: "refused" }, isWaiting);
    if (!refused) throw AppError.personGone();
  }

  /** Tells people who wait something; `from` is a host's name. */
  async message(room: RoomRecord, participantId: string | null, { text, from }: { text: string; from: string }) {
    for (const { value } of await this.#waiting(room, participantId)) {
      this.#options.nats.bus.sendTo(room.sessionId, value.participantId, "waiting", { kind: "message", text, from });
    }
  }

  async #waiting({ sessionId }: RoomRecord, participantId: string | null): Promise<KvEntry<ParticipantRecord>[]> {
    const people = await this.#options.state.participants.entries(sessionId);
    const waiting = people.filter(({ value, revision }) => waitingEntryOf(value, revision) !== null);
    const chosen = waiting.filter(({ value }) => participantId === null || value.participantId === participantId);
    if (participantId !== null && chosen.length === 0) throw AppError.personGone();
    return chosen.toSorted((one, other) => one.value.joinedAt - other.value.joinedAt);
  }

  async #admit(room: RoomRecord, key: string): Promise<void> {
    const { state, news, nats, seatMs } = this.#options;
    const joinedAtSequence = await nats.streams.lastSequence(room.sessionId);
    const { until } = seatDeadlines(room.features, seatMs);
    const waited: ParticipantRecord[] = [];
    const entry = await state.participants.mutate(key, (record) => {
      waited.length = 0;
      if (waitingEntryOf(record, 0) === null) return record;
      waited.push(record);
      return admit(record, { joinedAtSequence, until });
    });
    const [before] = waited;
    // Another host was faster.
    if (entry === null || before === undefined) return;
    const people = room.maxParticipants === 0 ? [] : await state.participants.entries(room.sessionId);
    if (!hasPlace(room, people, entry)) {
      await state.participants.update(key, before, entry.revision);
      throw AppError.roomFull();
    }
    news.tellAdmitted(entry.value, entry.revision);
    nats.bus.sendTo(room.sessionId, entry.value.participantId, "waiting", { kind: "admitted" });
    await nats.bus.flush();
    if (before.socket !== null) await nats.connections.kick(before.socket);
  }
}
