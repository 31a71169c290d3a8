import { historyKey, type HistoryRoot } from "@sotto/e2ee";
import type { ChatMemory, MemoryEvent, Recollection } from "../chat/ChatMemory.ts";
import type { ChatMessage } from "../chat/ChatMessage.ts";
import type { LeaveReason } from "../connection/ConnectionState.ts";
import type { HistoryDatabase } from "./HistoryDatabase.ts";
import {
  openMessages,
  sealMessage,
  sealSeat,
  seatKeys,
  type RememberedMessage,
  type SeatIdentity,
  type SeatKeys,
} from "./historyRecords.ts";
import type { Retention } from "./Retention.ts";

/** What the history of one meeting needs of the browser's. */
export interface MeetingHistoryContext {
  readonly identity: SeatIdentity;
  readonly retention: () => Retention;
  /** See `ChatHistory`: null while it is locked, or where there is none and none is to be made. */
  readonly root: (create: boolean) => Promise<HistoryRoot | null>;
  /** Runs what touches the database in its turn; undefined where it could not be done. Never throws. */
  readonly run: <T>(work: (database: HistoryDatabase) => Promise<T>) => Promise<T | undefined>;
  /** Something could be stored. */
  readonly onStored: () => void;
  readonly onEnded: () => void;
}

/** A slow disk must not keep a meeting's messages from being shown. */
const patienceMs = 3_000;

/** What the browser remembers of one stay in a meeting: its own messages, public and private, as they were shown. */
export class MeetingHistory implements ChatMemory {
  readonly #context: MeetingHistoryContext;
  readonly #listeners = new Set<(event: MemoryEvent) => void>();
  /** By message id: not stored yet. It stays here while nothing can be stored. */
  readonly #pending = new Map<string, RememberedMessage>();
  readonly #orders = new Map<string, number>();
  #keys: SeatKeys | null = null;
  #recalled: Promise<Recalled>;
  /** Of everything that was here, by the server's clock. */
  #newestAt = 0;
  #forgottenUntil = 0;
  #isStoring = false;

  /** Made by `ChatHistory.meeting`. */
  constructor(context: MeetingHistoryContext) {
    this.#context = context;
    this.#recalled = this.#load();
  }

  async peers(): Promise<readonly string[]> {
    const { messages } = await this.#recalled;
    return [...new Set(messages.flatMap(({ peerId }) => peerId ?? []))];
  }

  async recall(peerId: string | null): Promise<Recollection> {
    const { messages, forgottenUntil } = await this.#recalled;
    const ofPeer = messages.filter((each) => each.peerId === peerId);
    return { messages: ofPeer.map(({ message }) => message), forgottenUntil };
  }

  keep(peerId: string | null, message: ChatMessage): void {
    this.#newestAt = Math.max(this.#newestAt, message.changedAt ?? message.sentAt);
    if (this.#context.retention() === "nothing") return;
    const order = this.#orders.get(message.id) ?? this.#orders.size;
    this.#orders.set(message.id, order);
    this.#pending.set(message.id, { peerId, message, order });
    this.#storeSoon();
  }

  subscribe(listener: (event: MemoryEvent) => void): void {
    this.#listeners.add(listener);
  }

  /** What this browser remembers of other stays in the same room, by the time of sending. */
  async earlier(): Promise<readonly RememberedMessage[]> {
    const found = await this.#context.run(async (database) => {
      const keys = await this.#keysNow(false);
      if (!keys) return [];
      const rows = (await database.seats()).filter(({ room, seat }) => room === keys.room && seat !== keys.seat);
      const stays = await Promise.all(
        rows.map(async ({ seat }) =>
          openMessages(await historyKey(keys.root, seat), (await database.seat(seat)).records),
        ),
      );
      return stays.flat().toSorted((a, b) => a.message.sentAt - b.message.sentAt);
    });
    return found ?? [];
  }

  /** Forgets what was written in this meeting until now; it does not come back when the server delivers it again. */
  async forget(): Promise<void> {
    this.#forgottenUntil = this.#newestAt;
    this.#recalled = Promise.resolve({ messages: [], forgottenUntil: this.#forgottenUntil });
    this.drop();
    await this.#context.run(async (database) => {
      const keys = await this.#keysNow(false);
      if (keys) await database.forgetSeats([keys.seat]);
      if (this.#context.retention() !== "nothing") await this.#store(database);
    });
    this.#tell("forgotten");
  }

  /** What was not stored yet never is. */
  drop(): void {
    this.#pending.clear();
  }

  /** The root is in reach now. */
  unlocked(): void {
    this.#recalled = this.#load();
    this.#tell("recalled");
    this.#storeSoon();
  }

  /** The meeting is over for us. What was to be kept for its time is forgotten, unless we may come back to it. */
  async end(reason: LeaveReason): Promise<void> {
    const mayComeBack = ["connection_lost", "replaced", "server_shutdown"].includes(reason);
    if (this.#context.retention() === "meeting" && !mayComeBack) {
      this.drop();
      await this.#context.run(async (database) => {
        const keys = await this.#keysNow(false);
        if (keys) await database.forgetSeats([keys.seat]);
      });
    } else {
      await this.#context.run((database) => this.#storePending(database));
    }
    this.#context.onEnded();
  }

  #tell(event: MemoryEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  async #load(): Promise<Recalled> {
    const nothing: Recalled = { messages: [], forgottenUntil: 0 };
    const loading = this.#context.run(async (database) => {
      const keys = await this.#keysNow(false);
      if (!keys) return nothing;
      const { row, records } = await database.seat(keys.seat);
      const messages = await openMessages(keys.key, records);
      for (const { message, order } of messages) {
        this.#orders.set(message.id, order);
        this.#newestAt = Math.max(this.#newestAt, message.changedAt ?? message.sentAt);
      }
      this.#forgottenUntil = Math.max(this.#forgottenUntil, row?.forgottenUntil ?? 0);
      return { messages, forgottenUntil: this.#forgottenUntil };
    });
    const late = Promise.withResolvers<undefined>();
    const timer = setTimeout(() => late.resolve(undefined), patienceMs);
    const loaded = await Promise.race([loading, late.promise]);
    clearTimeout(timer);
    return loaded ?? nothing;
  }

  /** What comes together is stored together. */
  #storeSoon(): void {
    if (this.#isStoring) return;
    this.#isStoring = true;
    void this.#context.run(async (database) => {
      this.#isStoring = false;
      await this.#storePending(database);
    });
  }

  async #storePending(database: HistoryDatabase): Promise<void> {
    if (this.#pending.size > 0) await this.#store(database);
  }

  async #store(database: HistoryDatabase): Promise<void> {
    const { identity } = this.#context;
    const pending = [...this.#pending.values()];
    // Another tab may have put everything under another root meanwhile: then under that.
    for (let attempt = 0; attempt < 3; attempt++) {
      const keys = await this.#keysNow(true);
      if (!keys) return;
      const row = await sealSeat(keys, identity, { lastAt: Date.now(), forgottenUntil: this.#forgottenUntil });
      const records = await Promise.all(pending.map((each) => sealMessage(keys, each)));
      if (!(await database.write(row, records))) continue;
      this.#context.onStored();
      for (const each of pending) {
        if (this.#pending.get(each.message.id) === each) this.#pending.delete(each.message.id);
      }
      return;
    }
  }

  async #keysNow(create: boolean): Promise<SeatKeys | null> {
    const root = await this.#context.root(create);
    if (root && root.id !== this.#keys?.rootId) this.#keys = await seatKeys(root, this.#context.identity);
    return root && this.#keys;
  }
}

interface Recalled {
  readonly messages: readonly RememberedMessage[];
  readonly forgottenUntil: number;
}
