import type { JoinAnswer } from "@sotto/protocol";
import { Backoff } from "../connection/backoff.ts";
import { SecretRefused } from "../connection/connectNats.ts";
import { Wake } from "../connection/Wake.ts";
import { SottoError } from "../SottoError.ts";
import { Store, type ReadonlyStore } from "../store/Store.ts";
import { WaitingConnection, type WaitingMessage } from "./WaitingConnection.ts";

/** `reconnecting`: the server cannot be reached right now; the place is kept. `admitted`: on the way in. */
export type WaitingStatus = "waiting" | "reconnecting" | "admitted";

/** How long the server may take to hear that we leave. */
const farewellMs = 2_000;

/** The server keeps a place for longer than this while there is no connection. */
const placeKeptMs = 60_000;

/** Asks to join once more, by the resume credential. */
type Ask<T> = () => Promise<T>;

/**
 * Where we are until a host lets us in. It knows nothing of the meeting but its title, holds no key, and comes to its end
 * by itself: `Meeting.join` goes on, or throws what ended it.
 */
export class WaitingRoom {
  readonly participantId: string;
  readonly name: string;
  readonly room: JoinAnswer["room"];
  /** What the room's maker says to everybody who waits, or empty. */
  readonly welcome: string;
  readonly #status = new Store<WaitingStatus>("waiting");
  readonly #messages = new Store<readonly WaitingMessage[]>([]);
  readonly #leaving = new AbortController();
  readonly #over = Promise.withResolvers<void>();
  /** When the place was last known to be ours. */
  #heldAt = Date.now();

  /** Made by `Meeting.join`. */
  constructor({ participantId, name, room, waitingMessage }: JoinAnswer) {
    this.participantId = participantId;
    this.name = name;
    this.room = room;
    this.welcome = waitingMessage;
  }

  get status(): ReadonlyStore<WaitingStatus> {
    return this.#status;
  }

  /** What hosts wrote to us, in order. Not encrypted: whoever waits has no key. */
  get messages(): ReadonlyStore<readonly WaitingMessage[]> {
    return this.#messages;
  }

  /**
   * Waits no longer: tells the server, if it can be told soon. `Meeting.join` throws `not_connected`. Aborting its signal
   * does the same. Idempotent.
   */
  leave(): Promise<void> {
    this.#leaving.abort(SottoError.notConnected());
    return this.#over.promise;
  }

  /**
   * Waits, and resolves with the first answer of somebody who is in. For `Meeting.join`. What a host decided while there
   * was no connection is asked for at every connect. Throws a {@link SottoError}, or the signal's reason.
   */
  async wait<T extends { readonly answer: JoinAnswer }>(
    first: JoinAnswer,
    ask: Ask<T>,
    signal: AbortSignal,
  ): Promise<T> {
    const askAndNote = async () => {
      const asked = await ask();
      this.#heldAt = Date.now();
      return asked;
    };
    try {
      return await this.#wait(first, askAndNote, AbortSignal.any([signal, this.#leaving.signal]));
    } catch (error) {
      const { code } = SottoError.from(error);
      if (code === "resume_used") throw SottoError.dismissed("replaced");
      // A place is not lost so soon by being away: a host decided while we were not connected.
      const wasTaken = code === "resume_invalid" && Date.now() - this.#heldAt < placeKeptMs;
      throw wasTaken ? SottoError.dismissed("refused") : error;
    } finally {
      this.#over.resolve();
    }
  }

  async #wait<T extends { readonly answer: JoinAnswer }>(
    first: JoinAnswer,
    ask: Ask<T>,
    signal: AbortSignal,
  ): Promise<T> {
    using wake = new Wake();
    const backoff = new Backoff(wake);
    let seat = first;
    for (;;) {
      try {
        const admitted = await this.#waitOnce(seat, ask, signal);
        if (admitted) return admitted;
        backoff.startOver();
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof SecretRefused) && !SottoError.from(error).mayPass) throw error;
        // Our place was given another connection, which is the one to be had now.
        const asked = error instanceof SecretRefused ? await askIfPossible(ask) : null;
        if (asked && !asked.answer.waiting) return this.#noteAdmitted(asked);
        seat = asked?.answer ?? seat;
      }
      this.#status.set("reconnecting");
      await backoff.pause(signal);
      signal.throwIfAborted();
    }
  }

  /** One connection, until we are in, or, with null, until it is lost. */
  async #waitOnce<T extends { readonly answer: JoinAnswer }>(
    seat: JoinAnswer,
    ask: Ask<T>,
    signal: AbortSignal,
  ): Promise<T | null> {
    const hear = (message: WaitingMessage) => this.#messages.set([...this.#messages.get(), message]);
    // Whoever leaves while it is being made says so over it, if that is soon.
    using patience = new AbortedLater(signal, farewellMs);
    using connection = await WaitingConnection.open(seat, hear, patience.signal);
    const aborted = Promise.withResolvers<"lost">();
    const abort = () => aborted.resolve("lost");
    signal.addEventListener("abort", abort);
    try {
      signal.throwIfAborted();
      const missed = await ask();
      if (!missed.answer.waiting) return this.#noteAdmitted(missed);
      this.#status.set("waiting");
      const end = await Promise.race([connection.ended, aborted.promise]);
      this.#heldAt = Date.now();
      signal.throwIfAborted();
      if (end instanceof SottoError) throw end;
      const asked = end === "admitted" ? await ask() : missed;
      return asked.answer.waiting ? null : this.#noteAdmitted(asked);
    } finally {
      signal.removeEventListener("abort", abort);
      if (signal.aborted) await connection.leave(farewellMs);
    }
  }

  #noteAdmitted<T>(asked: T): T {
    this.#status.set("admitted");
    return asked;
  }
}

/** A signal that is aborted a while after another one. */
class AbortedLater implements Disposable {
  readonly #controller = new AbortController();
  readonly #source: AbortSignal;
  readonly #abort: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(source: AbortSignal, ms: number) {
    this.#source = source;
    this.#abort = () => {
      this.#timer = setTimeout(() => this.#controller.abort(source.reason), ms);
    };
    if (source.aborted) this.#controller.abort(source.reason);
    else source.addEventListener("abort", this.#abort);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#source.removeEventListener("abort", this.#abort);
  }
}

async function askIfPossible<T>(ask: Ask<T>): Promise<T | null> {
  try {
    return await ask();
  } catch (error) {
    if (SottoError.from(error).mayPass) return null;
    throw error;
  }
}
