import type { Attempt, Target } from "./Attempt.ts";
import { ConnectionGone, type RawMessage, type RawNats } from "./RawNats.ts";
import type { Scene } from "./Scene.ts";
import { Seat } from "./Seat.ts";

/** What came of one attempt: null where it was withstood, else what it achieved. */
export interface Outcome {
  attempt: string;
  achieved: string | null;
  /** What was measured. */
  figures?: string;
}

/** Connections before another seat is taken: nobody connects very often as the same person. */
const connectionsPerSeat = 4;

/** Seats for people who connect often: nobody connects very often as the same person. */
class SeatPool {
  readonly #take: () => Promise<Seat>;
  #seat: Seat | null = null;
  #connections = 0;

  constructor(take: () => Promise<Seat>) {
    this.#take = take;
  }

  async next(): Promise<Seat> {
    if (this.#seat === null || this.#connections >= connectionsPerSeat) {
      this.#seat = await this.#take();
      this.#connections = 0;
    }
    this.#connections += 1;
    return this.#seat;
  }
}

/** A connection of an attacker. */
interface Attacker {
  seat: Seat;
  raw: RawNats;
  target: Target;
}

/** Attackers with valid credentials. */
export class Attackers implements AsyncDisposable {
  readonly ids = new Set<string>();
  readonly #scene: Scene;
  readonly #roomId: string;
  readonly #forConnections: SeatPool;
  readonly #forLogins: SeatPool;
  #current: Attacker | null = null;

  /** `roomId`: where they are members, or wait. */
  constructor(scene: Scene, roomId: string) {
    this.#scene = scene;
    this.#roomId = roomId;
    this.#forConnections = new SeatPool(() => this.#take());
    this.#forLogins = new SeatPool(() => this.#take());
  }

  /** Credentials to log in with; {@link connection} uses others. */
  seat(): Promise<Seat> {
    return this.#forLogins.next();
  }

  /** A connection that lives: the last one if it does. */
  async connection(): Promise<Attacker> {
    if (this.#current === null || this.#current.raw.isGone) {
      this.#current = await this.#connect(await this.#forConnections.next());
    }
    return this.#current;
  }

  /** The next {@link connection} is another one: each has a budget of its own. */
  async renew(): Promise<void> {
    await this.#current?.raw[Symbol.asyncDispose]();
    this.#current = null;
  }

  /** A connection of somebody new, which whoever asks for it closes. */
  async fresh(): Promise<Attacker> {
    return this.#connect(await this.#take());
  }

  async #take(): Promise<Seat> {
    const seat = await Seat.take(this.#scene.place, this.#roomId);
    this.ids.add(seat.pid);
    return seat;
  }

  async #connect(seat: Seat): Promise<Attacker> {
    const raw = await seat.connect();
    for (const last of ["r.>", "s", "d"]) raw.subscribe(`${seat.inbox}.${last}`);
    return { seat, raw, target: this.#scene.targetFor(seat) };
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.renew();
  }
}

/** Tries one thing after the other, looks after each at everybody's messages, and in the end whether all is as it should be. */
export async function attack(scene: Scene, attackers: Attackers, attempts: readonly Attempt[]): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  // A message takes its time through the control plane: it may be seen after the next attempt.
  const maySpeak = attempts.some((attempt) => attempt.maySpeak);
  await attackers.renew();
  for (const attempt of attempts) {
    outcomes.push({ attempt: attempt.name, achieved: await tryOut(scene, attackers, attempt, maySpeak) });
  }
  const problems = await scene.check({ attackers: attackers.ids, maySpeak });
  const { seat, raw, target } = await attackers.connection();
  if (seat.answer.permissions.rpc.includes("snapshot")) {
    const isIn = await seat.call(raw, "snapshot").then(
      ({ ok }) => ok,
      () => false,
    );
    if (!isIn) problems.push("the attackers are out of the meeting");
  }
  problems.push(...strays(raw.messages.splice(0), target));
  return [...outcomes, allTogether(problems)];
}

/** What only shows when everything of a family was tried. */
export function allTogether(problems: readonly string[]): Outcome {
  return { attempt: "all of these together", achieved: problems.length === 0 ? null : problems.join(", ") };
}

async function tryOut(scene: Scene, attackers: Attackers, attempt: Attempt, maySpeak: boolean): Promise<string | null> {
  const { raw, target } = await attackers.connection();
  const before = raw.errors.length;
  const isWithstood = await isEndedBy(raw, async () => {
    await attempt.act(raw, target);
    await raw.ping();
  });
  const isRefused = isWithstood || raw.errors.length > before;
  // What was refused is nowhere; that it is not shows in the end. Looking costs, and everybody's connection has a budget.
  if (attempt.must === "be refused" && isRefused) return null;
  const surprises = await scene.witness.surprises({ attackers: attackers.ids, maySpeak });
  surprises.push(...strays(raw.messages.splice(0), target));
  if (attempt.thenProbe && !raw.isGone) surprises.push(...(await probe(raw, target)));
  if (surprises.length > 0) return surprises[0] ?? null;
  return attempt.must === "be refused" && !isRefused ? "nats-server took it" : null;
}

/** Whether the connection is gone afterwards. */
async function isEndedBy(raw: RawNats, act: () => Promise<void>): Promise<boolean> {
  try {
    await act();
    return raw.isGone;
  } catch (error) {
    if (error instanceof ConnectionGone) return true;
    throw error;
  }
}

/** What a connection can do that it should not: a few of the things that nobody may. */
export async function probe(raw: RawNats, { victim, marker }: Target): Promise<string[]> {
  const tried = [
    () => raw.subscribe(">"),
    () => raw.subscribe(`m.${victim.sid}.to.${victim.pid}.>`),
    () => raw.subscribe(`${victim.inbox}.>`),
    () => raw.publish(`m.${victim.sid}.state.ended`, marker),
    () => raw.publish(`m.${victim.sid}.rpc.${victim.pid}.leave`, marker),
    () => raw.publish("$JS.API.STREAM.NAMES", "", "x"),
  ];
  const before = raw.errors.length;
  const isGone = await isEndedBy(raw, async () => {
    for (const act of tried) act();
    await raw.ping();
  });
  const taken = tried.length - (raw.errors.length - before);
  return isGone || taken <= 0 ? [] : [`${taken} of ${tried.length} things that nobody may were taken`];
}

/** What reached an attacker and is for others. */
function strays(messages: readonly RawMessage[], { self }: Target): string[] {
  return messages.flatMap(({ subject }) => {
    const [m, sid, form, from, last] = subject.split(".");
    const isOwn =
      subject.startsWith(`${self.inbox}.`) ||
      (m === "m" &&
        sid === self.sid &&
        (form === "pub" || (form === "dm" && (from === self.pid || last === self.pid))));
    return isOwn ? [] : [`the attacker read ${subject}`];
  });
}
