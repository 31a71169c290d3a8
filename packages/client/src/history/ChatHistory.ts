import {
  createHistoryRoot,
  createPinnedHistoryRoot,
  E2eeError,
  HistoryKeeper,
  newPinQuestion,
  openPinnedHistoryRoot,
  passphraseRoot,
  passphraseRootInWorker,
  type Bytes,
  type HistoryRoot,
  type PinQuestion,
  type StoredHistoryRoot,
} from "@sotto/e2ee";
import { SottoError } from "../SottoError.ts";
import { Store, type ReadonlyStore } from "../store/Store.ts";
import { HistoryDatabase } from "./HistoryDatabase.ts";
import type { SeatIdentity } from "./historyRecords.ts";
import type { HistoryState } from "./HistoryState.ts";
import { MeetingHistory } from "./MeetingHistory.ts";
import { resealed } from "./resealed.ts";
import { isExpired, type Retention } from "./Retention.ts";

/**
 * - `factory`: the browser's `indexedDB`; undefined where there is none.
 * - `keeperPort`: of a `SharedWorker` of `@sotto/e2ee/history-keeper`, which keeps a root that was opened with a PIN while
 *   a page is open, and over a reload; without it every page asks.
 * - `tabs`: a channel that the pages of this browser share: what is forgotten in one is forgotten in all.
 * - `createPassphraseWorker`: as in `JoinPassphrase`, for the PIN.
 */
export interface ChatHistoryOptions {
  readonly factory: IDBFactory | undefined;
  readonly retention: Retention;
  readonly keeperPort?: MessagePort | undefined;
  readonly tabs?: BroadcastChannel;
  readonly createPassphraseWorker?: () => Worker;
}

/**
 * What this browser remembers of the chats of its meetings, sealed, in IndexedDB and nowhere else. One for the whole page;
 * several tabs share what they remember. Where it cannot be stored, {@link state} says so, and nothing else fails.
 */
export class ChatHistory {
  readonly #options: ChatHistoryOptions;
  readonly #state = new Store<HistoryState>({ storage: "working", protection: "none" });
  readonly #meetings = new Set<MeetingHistory>();
  readonly #keeper: HistoryKeeper | null;
  readonly #opened: Promise<HistoryDatabase | null>;
  #retention: Retention;
  #root: HistoryRoot | null = null;
  /** One thing after the other: what is forgotten must not be written again by what was under way. */
  #queue: Promise<unknown>;

  /** Opens what there is, and forgets what is too old. */
  constructor(options: ChatHistoryOptions) {
    this.#options = options;
    this.#keeper = options.keeperPort ? new HistoryKeeper(options.keeperPort) : null;
    this.#retention = options.retention;
    this.#opened = this.#open();
    this.#queue = this.#opened;
    void this.#do((database) => this.#purge(database));
    void this.#do(() => this.#usableRoot());
    options.tabs?.addEventListener("message", () => void this.#forgetInMeetings());
  }

  get state(): ReadonlyStore<HistoryState> {
    return this.#state;
  }

  get retention(): Retention {
    return this.#retention;
  }

  /** From now on; what was kept for longer than that is forgotten at once. */
  setRetention(retention: Retention): Promise<void> {
    this.#retention = retention;
    if (retention === "nothing") for (const meeting of this.#meetings) meeting.drop();
    return this.#do((database) => this.#purge(database));
  }

  /** What is remembered of one stay in a meeting. The caller ends it. */
  meeting(identity: SeatIdentity): MeetingHistory {
    const meeting: MeetingHistory = new MeetingHistory({
      identity,
      retention: () => this.#retention,
      root: (create) => this.#usableRoot(create),
      run: (work) => this.#do(work),
      onStored: () => this.#state.set({ ...this.#state.get(), storage: "working" }),
      onEnded: () => void this.#meetings.delete(meeting),
    });
    this.#meetings.add(meeting);
    return meeting;
  }

  /** Forgets everything, the PIN too; meetings that go on, in every tab, show nothing of it any more. */
  async forgetEverything(): Promise<void> {
    await this.#do(async (database) => {
      await database.clear();
      await this.#keeper?.keep(null);
      this.#use(null, null);
    });
    await this.#forgetInMeetings();
    this.#options.tabs?.postMessage("forgotten");
  }

  /**
   * Opens what a PIN protects; false when it is another one. Meetings that go on recall what they can, and keep what was
   * written meanwhile.
   */
  async unlock(pin: string): Promise<boolean> {
    const stored = await this.#do((database) => database.root());
    if (stored?.protection !== "pin") return true;
    try {
      const root = await openPinnedHistoryRoot(await this.#derive(pin, stored.question), stored);
      await this.#keeper?.keep(root);
      this.#use(stored, root);
    } catch (error) {
      if (error instanceof E2eeError && ["not_authentic", "passphrase_invalid"].includes(error.code)) return false;
      throw SottoError.from(error);
    }
    for (const meeting of this.#meetings) meeting.unlocked();
    return true;
  }

  /**
   * Protects what is kept with a PIN, or with none any more (null): under a new root, because the old one's bytes may lie on
   * the disk for a while. Throws `passphrase_invalid` for a PIN that cannot be used, `not_allowed` while it is locked or
   * cannot be stored.
   */
  async setPin(pin: string | null): Promise<void> {
    const question = newPinQuestion();
    const pinKey = pin === null ? null : await this.#derive(pin, question);
    const made = pinKey ? await createPinnedHistoryRoot(pinKey, question) : await createHistoryRoot();
    const isDone = await this.#do(async (database) => {
      const old = await this.#usableRoot();
      if (!old && (await database.root())) return false;
      const rows = old ? await resealed(await database.all(), old, made.root) : { seats: [], records: [] };
      if (!(await database.replaceRoot(old?.id ?? null, made.stored, rows))) return false;
      await this.#keeper?.keep(pin === null ? null : made.root);
      this.#use(made.stored, made.root);
      return true;
    });
    if (!isDone) throw new SottoError("not_allowed", "What is kept cannot be put under another PIN now.");
  }

  async #forgetInMeetings(): Promise<void> {
    await Promise.all(Array.from(this.#meetings, (meeting) => meeting.forget()));
  }

  /** The root that is in use; null while it is locked, or where there is none and none is to be made. */
  async #usableRoot(create = false): Promise<HistoryRoot | null> {
    const database = await this.#opened;
    if (!database) return null;
    const stored =
      (await database.root()) ?? (create ? await database.claimRoot((await createHistoryRoot()).stored) : null);
    if (stored && stored.id === this.#root?.id) return this.#root;
    const root = stored?.protection === "pin" ? await this.#keeper?.recall(stored.id) : stored;
    return this.#use(stored, root ?? null);
  }

  #use(stored: StoredHistoryRoot | null, root: HistoryRoot | null): HistoryRoot | null {
    this.#root = root;
    const protection = stored?.protection !== "pin" ? "none" : root ? "unlocked" : "locked";
    this.#state.set({ ...this.#state.get(), protection });
    return root;
  }

  async #derive(pin: string, { sessionId, openerSalt }: PinQuestion): Promise<Bytes> {
    const worker = this.#options.createPassphraseWorker?.();
    if (!worker) return passphraseRoot(pin, sessionId, openerSalt);
    const { signal } = new AbortController();
    return passphraseRootInWorker(worker, { passphrase: pin, sessionId, openerSalt }, signal);
  }

  async #purge(database: HistoryDatabase): Promise<void> {
    if (this.#retention === "nothing") {
      await database.clear();
      this.#use(null, null);
      return;
    }
    const now = Date.now();
    const expired = (await database.seats()).filter(({ lastAt }) => isExpired(this.#retention, lastAt, now));
    if (expired.length > 0) await database.forgetSeats(expired.map(({ seat }) => seat));
  }

  async #open(): Promise<HistoryDatabase | null> {
    try {
      if (!this.#options.factory) throw new Error("there is no IndexedDB");
      return await HistoryDatabase.open(this.#options.factory);
    } catch {
      this.#state.set({ ...this.#state.get(), storage: "unavailable" });
      return null;
    }
  }

  /** What `work` gives, or undefined where it cannot be done: then {@link state} says why. Never throws. */
  #do<T>(work: (database: HistoryDatabase) => Promise<T>): Promise<T | undefined> {
    const done = this.#queue.then(async () => {
      const database = await this.#opened;
      if (!database) return undefined;
      try {
        return await work(database);
      } catch (error) {
        const isFull = error instanceof DOMException && error.name === "QuotaExceededError";
        this.#state.set({ ...this.#state.get(), storage: isFull ? "full" : "unavailable" });
        return undefined;
      }
    });
    this.#queue = done;
    return done;
  }
}
