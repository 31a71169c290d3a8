import { ConnectionGone, type RawMessage, type RawNats } from "./RawNats.ts";
import type { Person } from "../rooms.ts";
import { Seat, type CallOutcome, type Place } from "./Seat.ts";

/** A message that was delivered to the witness. */
export interface Delivered {
  kind: "public" | "private";
  from: string;
  body: Buffer;
}

/** What the attackers may do as themselves, at the moment. */
export interface Tolerated {
  /** Their participant ids: what they may send to everybody comes from these. */
  attackers: ReadonlySet<string>;
  /** Whether they may write to the chat. */
  maySpeak: boolean;
}

/**
 * Somebody who is attacked: subscribes to everything that a participant may, as a page does, and looks at all that comes.
 * What the control plane says in the course of things is not surprising, everything else is.
 */
export class Witness implements AsyncDisposable {
  readonly seat: Seat;
  /** In the order in which they came. */
  readonly delivered: Delivered[] = [];
  readonly #raw: RawNats;
  readonly #friends: ReadonlySet<string>;
  readonly #marker: string;
  /** Is noticed once. */
  #isLost = false;

  private constructor(seat: Seat, raw: RawNats, friends: ReadonlySet<string>, marker: string) {
    this.seat = seat;
    this.#raw = raw;
    this.#friends = friends;
    this.#marker = marker;
  }

  /** `friends`: ids of those whose messages are expected. `marker`: what only attackers write. */
  static async sit(
    place: Place,
    roomId: string,
    { person, friends, marker }: { person: Person; friends: ReadonlySet<string>; marker: string },
  ): Promise<Witness> {
    const seat = await Seat.take(place, roomId, person);
    const raw = await seat.connect();
    const { sid, pid, inbox } = seat;
    const own = [`${inbox}.s`, `${inbox}.d`, `${inbox}.r.>`, `m.${sid}.to.${pid}.>`];
    for (const subject of [...own, `m.${sid}.state.>`, `m.${sid}.eph.*.*`]) raw.subscribe(subject);
    const witness = new Witness(seat, raw, friends, marker);
    await witness.resume();
    return witness;
  }

  /** Asks for everything from the start; {@link delivered} begins anew. */
  async resume(): Promise<void> {
    const resumed = await this.call("resume", JSON.stringify({ after: { public: 0, private: 0 } }));
    if (!resumed.ok) throw new Error(`the witness could not resume: ${resumed.code}`);
    this.delivered.length = 0;
  }

  /** Calls a method as any participant may. */
  call(method: string, body: string | Uint8Array): Promise<CallOutcome> {
    return this.seat.call(this.#raw, method, body);
  }

  /** Looks at everything that nats-server has had for the witness so far; gives what nobody should have been able to send. */
  async surprises(tolerated: Tolerated): Promise<string[]> {
    if (this.#isLost) return [];
    try {
      await this.#raw.ping();
    } catch (error) {
      if (!(error instanceof ConnectionGone)) throw error;
      this.#isLost = true;
      return ["the victim is out of the meeting"];
    }
    return this.#raw.messages.splice(0).flatMap((message) => {
      const surprise = this.#surprise(message, tolerated);
      return surprise === null ? [] : [`${surprise} (${message.subject})`];
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#raw[Symbol.asyncDispose]();
  }

  #surprise({ subject, reply, headers, body }: RawMessage, { attackers, maySpeak }: Tolerated): string | null {
    const { sid, pid, inbox } = this.seat;
    if (subject.startsWith(`${inbox}.`)) {
      const isStatus = headers.startsWith("NATS/1.0 100");
      if (isStatus && reply.startsWith("$JS.FC.")) this.#raw.publish(reply);
      return isStatus ? null : "an answer that nobody asked for";
    }
    const [m, session, form, from = "", last = "", ...rest] = subject.split(".");
    if (m !== "m" || session !== sid || rest.length > 0) return "something from another session";
    const isMarked = body.includes(this.#marker) || headers.includes(this.#marker);
    switch (form) {
      case "pub":
        this.delivered.push({ kind: "public", from, body });
        return this.#friends.has(from) || from === pid || (attackers.has(from) && maySpeak) ? null : "a message";
      case "dm": {
        this.delivered.push({ kind: "private", from, body });
        const isOwn = last === pid || from === pid;
        const mayBe = this.#friends.has(from) || from === pid || (attackers.has(from) && maySpeak);
        return isOwn && mayBe ? null : "a private message";
      }
      case "eph":
        return attackers.has(from) || this.#friends.has(from) ? null : "a reaction";
      case "to":
        return from === pid && last === "epoch" && !isMarked ? null : "word to the victim";
      case "state":
        return ["participant", "epoch", "room"].includes(from) && !isMarked ? null : "state";
      default:
        return "something";
    }
  }
}
