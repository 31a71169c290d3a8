import { setTimeout as delay } from "node:timers/promises";
import { until } from "../../testing/until.ts";
import { FuzzedPerson, type SentMessage } from "./FuzzedPerson.ts";
import { Random } from "./Random.ts";

/** What the meetings happen on: `Stack` of `@sotto/dev-env`. */
export interface FuzzedInstallation {
  readonly origins: readonly string[];
  createRoom(options: { roomId: string; features: object }): Promise<unknown>;
  newJoinToken(options: { roomId: string; name: string }): Promise<string>;
  crashNode(node: number): Promise<void>;
  killEngine(engine: "nats"): void;
}

export interface FuzzOptions {
  readonly stack: FuzzedInstallation;
  /** Gives a `fetch` with a cookie jar of its own. */
  readonly newFetch: () => typeof fetch;
  readonly seed: number;
  readonly steps: number;
  /** Which node crashes in the middle, and whether nats-server does. */
  readonly crashes: { readonly node: number | null; readonly nats: boolean };
}

const maxPeople = 5;
const patienceMs = 40_000;
const weights = { send: 40, whisper: 14, join: 8, leave: 4, reload: 7, cut: 12, refuse: 6, rest: 9 } as const;

/** A meeting to which everything happens that a seed says. Somebody is there from the beginning to the end: the witness. */
export class FuzzedMeeting implements AsyncDisposable {
  readonly roomId: string;
  readonly people: FuzzedPerson[] = [];
  /** Of everybody, also of those who have left. */
  readonly sent: SentMessage[] = [];
  readonly isEncrypted: boolean;
  readonly #options: FuzzOptions;
  readonly #random: Random;
  readonly #left: FuzzedPerson[] = [];
  readonly #log: string[] = [];
  readonly #startedAt = Date.now();
  readonly #incidents: Promise<unknown>[] = [];
  #counter = 0;

  constructor(options: FuzzOptions) {
    this.#options = options;
    this.#random = new Random(options.seed);
    this.roomId = `fuzz-${options.seed}-${Math.random().toString(36).slice(2, 8)}`;
    this.isEncrypted = this.#random.next() < 0.5;
  }

  /** What happened, for whoever has to find out why it went wrong. */
  get log(): string {
    return this.#log.join("\n");
  }

  /** Lets it all happen, then waits until the meeting has come to rest. */
  async run(): Promise<void> {
    const { stack, steps, crashes } = this.#options;
    const features = { end_to_end_encryption_features: { is_enabled: this.isEncrypted } };
    await this.#insist(() => stack.createRoom({ roomId: this.roomId, features }));
    for (let index = 0; index < 3; index++) await this.#join();
    for (let step = 0; step < steps; step++) {
      if (step === Math.floor(steps / 3) && crashes.node !== null) this.#crash(crashes.node);
      if (step === Math.floor(steps / 2) && crashes.nats) this.#killNats();
      await this.#step();
      await delay(this.#random.between(0, 40));
    }
    await Promise.all(this.#incidents);
    await this.#comeToRest();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.people, ...this.#left].map((person) => person.leave()));
  }

  async #step(): Promise<void> {
    const random = this.#random;
    const action = random.weighted(weights);
    const person = random.pick(this.people);
    const others = this.people.filter((each) => each !== person);
    this.#note(`${action} ${person.name}`);
    switch (action) {
      case "send":
        return this.#send(person, null);
      case "whisper":
        if (others.length > 0) this.#send(person, random.pick(others));
        return;
      case "join":
        if (this.people.length < maxPeople) await this.#join();
        return;
      case "leave":
        if (this.people.length > 2 && person !== this.people[0]) await this.#leave(person);
        return;
      case "reload":
        if (person !== this.people[0]) await this.#reload(person);
        return;
      case "cut":
        return person.network.cut();
      case "refuse": {
        const { network } = person;
        network.refuse();
        this.#incidents.push(delay(random.between(50, 1_500)).then(() => person.mend(network)));
        return;
      }
      case "rest":
        await delay(random.between(20, 200));
    }
  }

  #send(from: FuzzedPerson, peer: FuzzedPerson | null): void {
    const text = `${this.#options.seed}.${++this.#counter}`;
    const to = peer?.id ?? null;
    from.send(to === null ? from.meeting.chat : from.meeting.privateChats.with(to), text, to);
    this.sent.push(...from.sent.slice(-1));
  }

  async #join(): Promise<void> {
    const { stack, newFetch } = this.#options;
    const name = `Person ${++this.#counter}`;
    const origin = this.#random.pick(stack.origins);
    const newToken = () => stack.newJoinToken({ roomId: this.roomId, name });
    this.people.push(await this.#insist(() => FuzzedPerson.join(name, origin, { newToken, fetch: newFetch() })));
  }

  async #leave(person: FuzzedPerson): Promise<void> {
    person.network.allow();
    await until(person.meeting.connection, ({ status }) => status === "connected", patienceMs);
    await person.meeting.leave();
    this.people.splice(this.people.indexOf(person), 1);
    this.#left.push(person);
  }

  async #reload(person: FuzzedPerson): Promise<void> {
    const reloaded = await person.reload(this.#random.pick(this.#options.stack.origins));
    this.#note(reloaded ? "reloaded" : "the reload did not work out");
  }

  #crash(node: number): void {
    this.#note(`node ${node} crashes`);
    this.#incidents.push(this.#options.stack.crashNode(node).then(() => this.#note(`node ${node} is back`)));
  }

  #killNats(): void {
    this.#note("nats-server is killed");
    this.#options.stack.killEngine("nats");
  }

  async #comeToRest(): Promise<void> {
    this.#note("everything is mended");
    for (const { network } of this.people) network.allow();
    for (const { name, meeting } of this.people) {
      const state = await until(meeting.connection, ({ status }) => status !== "reconnecting", patienceMs);
      if (state.status === "ended") throw new Error(`${name} is out of the meeting: ${state.reason}`);
    }
    for (const person of this.people) await this.#insist(() => person.sendFailedAgain(this.people, patienceMs));
    // What comes after this has come to everybody; it is delivered after all the rest, and so is a private word.
    for (const person of this.people) {
      await this.#insist(() => person.meeting.chat.send(`${this.#options.seed}.last.${person.id}`));
    }
    for (const person of this.people) {
      const { meeting } = person;
      const isLast = ({ text }: { text: string }) => text.startsWith(`${this.#options.seed}.last.`);
      await until(
        meeting.chat.messages,
        (all) => all.filter(isLast).length >= this.people.length && all.every(({ state }) => state === "sent"),
        patienceMs,
      );
      await until(meeting.participants, (all) => all.length === this.people.length, patienceMs);
      await until(meeting.participants, (all) => all.every(({ connection }) => connection === "online"), patienceMs);
      for (const chat of person.chats(this.people).slice(1)) {
        await until(chat.messages, (all) => all.every(({ state }) => state === "sent"), patienceMs);
      }
    }
    await delay(300); // private messages have a stream of their own
  }

  /** While something is down, things are tried again, as people do. */
  async #insist<T>(attempt: () => Promise<T>): Promise<T> {
    const deadline = Date.now() + patienceMs;
    for (;;) {
      try {
        return await attempt();
      } catch (error) {
        if (Date.now() > deadline) throw error;
        await delay(200);
      }
    }
  }

  #note(what: string): void {
    this.#log.push(`${Date.now() - this.#startedAt} ms: ${what}`);
  }
}
