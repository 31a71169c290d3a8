import { SottoError } from "../SottoError.ts";
import { Store, type ReadonlyStore } from "../store/Store.ts";
import { Backoff, pause } from "./backoff.ts";
import type { ConnectionPart, ConnectionState, LeaveReason } from "./ConnectionState.ts";
import type { Seat } from "./Seat.ts";
import type { Wake } from "./Wake.ts";

export interface SeatKeeperOptions {
  /** Joins again as the same participant: a new admission, and its seat. `old` is to be given up in between. */
  readonly takeNext: (old: Seat, signal: AbortSignal) => Promise<Seat>;
  readonly wake: Pick<Wake, "listen">;
  /** The meeting is over for us. */
  readonly onEnded: () => void;
}

/** How long a meeting may be without one of its parts: two minutes without a network, and the time to come back. */
const patienceMs = 150_000;
/** The machine slept while that time passed: it is given this much more. */
const afterSleepMs = 30_000;
const farewellMs = 2_000;

/** Keeps us in the meeting: reports what is down, takes a new seat when the old one is beyond repair, ends it in time. */
export class SeatKeeper {
  readonly #options: SeatKeeperOptions;
  readonly #state = new Store<ConnectionState>({ status: "connected" });
  readonly #ending = new AbortController();
  readonly #down = new Map<ConnectionPart, number>();
  #patience: ReturnType<typeof setTimeout> | undefined;
  #seat: Seat | null = null;
  #taking = false;
  #ended: PromiseWithResolvers<void> | null = null;

  constructor(options: SeatKeeperOptions) {
    this.#options = options;
  }

  get state(): ReadonlyStore<ConnectionState> {
    return this.#state;
  }

  /** Throws `not_connected` when the meeting is over. */
  get seat(): Seat {
    if (!this.#seat || this.#ending.signal.aborted) throw SottoError.notConnected();
    return this.#seat;
  }

  /** Whether we are about to replace our own seat. */
  get isTakingSeat(): boolean {
    return this.#taking;
  }

  /** Begins with the first seat. */
  start(seat: Seat): void {
    this.#seat = seat;
    if (this.#ending.signal.aborted) void seat.dispose();
    else void this.#keep(seat);
  }

  /** Notes that a part was lost or is back. */
  note(part: ConnectionPart, state: "down" | "up"): void {
    if (this.#down.has(part) === (state === "down")) return;
    if (state === "up") this.#down.delete(part);
    else this.#down.set(part, Date.now());
    this.#publish();
  }

  /**
   * Ends the meeting for us, once: the first reason stays. `farewell` is a last call, for which the seat is kept for up
   * to two seconds. Resolves when everything is disconnected; never throws.
   */
  end(reason: LeaveReason, farewell?: (seat: Seat) => Promise<unknown>): Promise<void> {
    if (!this.#ended) {
      // Set before anybody is told: whoever hears of the end may call this again.
      this.#ended = Promise.withResolvers<void>();
      void this.#end(reason, farewell).finally(this.#ended.resolve);
    }
    return this.#ended.promise;
  }

  async #end(reason: LeaveReason, farewell?: (seat: Seat) => Promise<unknown>): Promise<void> {
    const seat = this.#seat;
    this.#ending.abort(SottoError.notConnected());
    clearTimeout(this.#patience);
    this.#state.set({ status: "ended", reason });
    this.#options.onEnded();
    if (seat && farewell) {
      const said = new AbortController();
      const call = farewell(seat).catch(() => undefined); // the server finds out by itself
      await Promise.race([call, pause(farewellMs, said.signal)]);
      said.abort();
    }
    await seat?.dispose();
  }

  async #keep(first: Seat): Promise<void> {
    const { signal } = this.#ending;
    let seat: Seat | null = first;
    while (seat) {
      const error: SottoError = await seat.broken;
      if (signal.aborted) return;
      if (error.code === "identity_mismatch") return this.end("identity_mismatch");
      this.#taking = true;
      seat = await this.#replace(seat);
      this.#taking = false;
    }
  }

  async #replace(old: Seat): Promise<Seat | null> {
    const { signal } = this.#ending;
    const backoff = new Backoff(this.#options.wake);
    while (!signal.aborted) {
      await backoff.pause(signal);
      if (signal.aborted) return null;
      try {
        const seat = await this.#options.takeNext(old, signal);
        this.#seat = seat;
        this.#down.clear();
        this.#publish();
        return seat;
      } catch (error) {
        const reason = signal.aborted ? null : reasonToEnd(SottoError.from(error));
        if (reason) await this.end(reason);
      }
    }
    return null;
  }

  #publish(): void {
    clearTimeout(this.#patience);
    if (this.#ending.signal.aborted) return;
    if (this.#down.size === 0) return this.#state.set({ status: "connected" });
    const since = Math.min(...this.#down.values());
    this.#state.set({ status: "reconnecting", since, parts: [...this.#down.keys()] });
    this.#waitUntil(since + patienceMs);
  }

  #waitUntil(deadline: number): void {
    this.#patience = setTimeout(
      () => {
        const slept = Date.now() - deadline > afterSleepMs;
        if (slept) this.#waitUntil(Date.now() + afterSleepMs);
        else void this.end("connection_lost");
      },
      Math.max(0, deadline - Date.now()),
    );
  }
}

/** Null for what may pass. */
function reasonToEnd({ code, mayPass }: SottoError): LeaveReason | null {
  if (mayPass) return null;
  switch (code) {
    case "session_ended":
    case "room_not_found":
    case "resume_invalid": // the server forgot us, as it forgets everything of a session that is over
      return "session_ended";
    case "resume_used":
      return "replaced";
    case "removed":
    case "identity_mismatch":
      return code;
    default:
      return "connection_lost";
  }
}
