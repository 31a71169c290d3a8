import type { StoredHistoryRoot } from "@sotto/e2ee";

/**
 * One stay in one meeting, under tags that say nothing to whoever lacks the root.
 *
 * - `seat`: of session and participant; `room`: of the room's id.
 * - `rootId`: under whose keys its records are sealed.
 * - `lastAt`: when something was last kept, by this browser's clock. `forgottenUntil`: see `Recollection`.
 * - `about`: sealed, what a new root needs to make new tags.
 */
export interface SeatRow {
  readonly seat: string;
  readonly room: string;
  readonly rootId: string;
  readonly lastAt: number;
  readonly forgottenUntil: number;
  readonly about: Uint8Array;
}

/** One sealed message of a seat. */
export interface RecordRow {
  readonly seat: string;
  readonly recordId: string;
  readonly sealed: Uint8Array;
}

/** Everything that one root protects. */
export interface HistoryRows {
  readonly seats: readonly SeatRow[];
  readonly records: readonly RecordRow[];
}

const databaseName = "sotto.history";
const stores = ["root", "seats", "records"] as const;
type StoreName = (typeof stores)[number];
const rootKey = "root";

/** What the browser remembers, as it lies in IndexedDB. Every method is one transaction and throws its `DOMException`. */
export class HistoryDatabase {
  readonly #database: IDBDatabase;

  /** Opens or makes it. Throws where the browser has none or lets nobody use it. */
  static async open(factory: IDBFactory): Promise<HistoryDatabase> {
    const request = factory.open(databaseName, 1);
    request.addEventListener("upgradeneeded", () => {
      request.result.createObjectStore("root");
      request.result.createObjectStore("seats", { keyPath: "seat" });
      request.result.createObjectStore("records", { keyPath: ["seat", "recordId"] });
    });
    return new HistoryDatabase(await resultOf(request));
  }

  private constructor(database: IDBDatabase) {
    this.#database = database;
    // A newer page in another tab brings a newer form: this one stops writing.
    database.addEventListener("versionchange", () => database.close());
  }

  async root(): Promise<StoredHistoryRoot | null> {
    return this.#run("readonly", async ({ root }) => {
      const stored = (await resultOf(root.get(rootKey))) as StoredHistoryRoot | undefined;
      return stored ?? null;
    });
  }

  /** Stores a root where there is none; gives the one that is there afterwards. Of two tabs, one wins. */
  async claimRoot(made: StoredHistoryRoot): Promise<StoredHistoryRoot> {
    return this.#run("readwrite", async ({ root }) => {
      const stored = (await resultOf(root.get(rootKey))) as StoredHistoryRoot | undefined;
      if (!stored) root.put(made, rootKey);
      return stored ?? made;
    });
  }

  /** Writes rows of a seat; false, and nothing is written, when there is another root by now, or none. */
  async write(row: SeatRow, records: readonly RecordRow[]): Promise<boolean> {
    return this.#run("readwrite", async (store) => {
      const stored = (await resultOf(store.root.get(rootKey))) as StoredHistoryRoot | undefined;
      if (stored?.id !== row.rootId) return false;
      const before = (await resultOf(store.seats.get(row.seat))) as SeatRow | undefined;
      store.seats.put({ ...row, forgottenUntil: Math.max(row.forgottenUntil, before?.forgottenUntil ?? 0) });
      for (const record of records) store.records.put(record);
      return true;
    });
  }

  async seats(): Promise<SeatRow[]> {
    return this.#run("readonly", ({ seats }) => resultOf(seats.getAll() as IDBRequest<SeatRow[]>));
  }

  async seat(seat: string): Promise<{ row: SeatRow | null; records: RecordRow[] }> {
    return this.#run("readonly", async (store) => ({
      row: ((await resultOf(store.seats.get(seat))) as SeatRow | undefined) ?? null,
      records: (await resultOf(store.records.getAll(ofSeat(seat)))) as RecordRow[],
    }));
  }

  async all(): Promise<HistoryRows> {
    return this.#run("readonly", async (store) => ({
      seats: (await resultOf(store.seats.getAll())) as SeatRow[],
      records: (await resultOf(store.records.getAll())) as RecordRow[],
    }));
  }

  /** Forgets the records of some seats, and that they were. */
  async forgetSeats(seats: readonly string[]): Promise<void> {
    await this.#run("readwrite", async (store) => {
      for (const seat of seats) {
        store.records.delete(ofSeat(seat));
        store.seats.delete(seat);
      }
    });
  }

  /** Puts rows under a new root in the place of everything under an old one; false when that was not there any more. */
  async replaceRoot(oldId: string | null, made: StoredHistoryRoot, { seats, records }: HistoryRows): Promise<boolean> {
    return this.#run("readwrite", async (store) => {
      const stored = (await resultOf(store.root.get(rootKey))) as StoredHistoryRoot | undefined;
      if ((stored?.id ?? null) !== oldId) return false;
      for (const name of stores) store[name].clear();
      store.root.put(made, rootKey);
      for (const row of seats) store.seats.put(row);
      for (const row of records) store.records.put(row);
      return true;
    });
  }

  /** Forgets everything, the root too. */
  async clear(): Promise<void> {
    await this.#run("readwrite", async (store) => {
      for (const name of stores) store[name].clear();
    });
  }

  /** Resolves when what `work` did is stored, and to what it gave. */
  async #run<T>(mode: IDBTransactionMode, work: (store: Record<StoreName, IDBObjectStore>) => Promise<T>): Promise<T> {
    const transaction = this.#database.transaction(stores, mode);
    const done = Promise.withResolvers<void>();
    transaction.addEventListener("complete", () => done.resolve());
    transaction.addEventListener("abort", () => done.reject(transaction.error ?? new DOMException("", "AbortError")));
    const [root, seats, records] = stores.map((name) => transaction.objectStore(name));
    if (!root || !seats || !records) throw new Error("a store is missing");
    const [result] = await Promise.all([work({ root, seats, records }), done.promise]);
    return result;
  }
}

/** Every record of a seat: an array sorts behind every string. */
function ofSeat(seat: string): IDBKeyRange {
  return IDBKeyRange.bound([seat], [seat, []]);
}

function resultOf<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.addEventListener("success", () => resolve(request.result));
    request.addEventListener("error", () => reject(request.error ?? new DOMException("", "UnknownError")));
    request.addEventListener("blocked", () => reject(new DOMException("another tab has it open", "AbortError")));
  });
}
