import { setTimeout as delay } from "node:timers/promises";
import type { ChatStore } from "../../chat/ChatStore.ts";
import type { JoinOptions } from "../../JoinOptions.ts";
import { Meeting } from "../../Meeting.ts";
import { SottoError } from "../../SottoError.ts";
import { CutProxy } from "../../testing/CutProxy.ts";
import { until } from "../../testing/until.ts";

const maxAttempts = 100;

/** A message somebody tried to send. */
export interface SentMessage {
  readonly text: string;
  readonly from: string;
  /** The peer of a private message. */
  readonly to: string | null;
  readonly calledAt: number;
  /** When the server said that it has it; null while nobody knows. */
  storedAt: number | null;
}

interface Page {
  readonly meeting: Meeting;
  readonly network: CutProxy;
}

/** Somebody in a fuzzed meeting: a page behind a network of its own, reloaded now and then. */
export class FuzzedPerson {
  readonly name: string;
  readonly joinedAt: number;
  readonly sent: SentMessage[] = [];
  /** With the cookies of this person's browser. */
  readonly #fetch: typeof fetch;
  readonly #pages: Page[];
  readonly #sending = new Set<Promise<void>>();
  #isReloading = false;

  static async join(
    name: string,
    origin: string,
    { newToken, fetch }: { newToken: () => Promise<string>; fetch: typeof globalThis.fetch },
  ): Promise<FuzzedPerson> {
    const network = await CutProxy.start(origin);
    let credential: JoinOptions["credential"] = { kind: "token", token: await newToken() };
    for (let attempt = 1; ; attempt++) {
      try {
        const meeting = await Meeting.join({ origin: network.origin, credential, media: null, fetch });
        return new FuzzedPerson(name, fetch, { meeting, network });
      } catch (error) {
        // Whoever was given a seat takes that one, and not another with another token.
        const { participantId, mayPass } = SottoError.from(error);
        if (participantId !== undefined) credential = { kind: "resume", participantId };
        if (credential.kind === "token" || !mayPass || attempt > maxAttempts) {
          await network[Symbol.asyncDispose]();
          throw error;
        }
        await delay(200);
      }
    }
  }

  private constructor(name: string, fetch: typeof globalThis.fetch, page: Page) {
    this.name = name;
    this.joinedAt = Date.now();
    this.#fetch = fetch;
    this.#pages = [page];
  }

  get meeting(): Meeting {
    return this.#page.meeting;
  }

  get network(): CutProxy {
    return this.#page.network;
  }

  get id(): string {
    return this.meeting.info.participantId;
  }

  get #page(): Page {
    const page = this.#pages.at(-1);
    if (!page) throw new Error("a person has a page");
    return page;
  }

  /** A network that was gone is back, unless its page has gone meanwhile. */
  mend(network: CutProxy): void {
    if (network === this.network && !this.#isReloading) network.allow();
  }

  /** Sends without waiting for it. */
  send(chat: ChatStore, text: string, to: string | null): void {
    const message: SentMessage = { text, from: this.id, to, calledAt: Date.now(), storedAt: null };
    this.sent.push(message);
    const sending = chat
      .send(text)
      .then(() => void (message.storedAt = Date.now()))
      .catch(() => undefined) // it shows as failed, and is sent again in the end
      .finally(() => this.#sending.delete(sending));
    this.#sending.add(sending);
  }

  /** A new page comes in place of the old one, perhaps through another node. False where that did not work out. */
  async reload(origin: string): Promise<boolean> {
    const network = await CutProxy.start(origin);
    const credential = { kind: "resume" as const, participantId: this.id };
    this.network.refuse(); // the old page is gone
    this.#isReloading = true;
    try {
      const fetch = this.#fetch;
      const meeting = await Meeting.join({ origin: network.origin, credential, media: null, fetch });
      this.#pages.push({ meeting, network });
      return true;
    } catch (error) {
      const { code } = SottoError.from(error);
      const mayPass = ["server_unreachable", "unavailable", "not_connected", "internal"].includes(code);
      await network[Symbol.asyncDispose]();
      this.network.allow();
      if (!mayPass) throw error;
      return false;
    } finally {
      this.#isReloading = false;
    }
  }

  /** The conversation of everybody, and those with people who are here. */
  chats(present: readonly FuzzedPerson[]): ChatStore[] {
    const { chat, privateChats } = this.meeting;
    const isHere = (peerId: string) => present.some(({ id }) => id === peerId);
    return [chat, ...privateChats.get().flatMap((each) => (isHere(each.peerId) ? each.chat : []))];
  }

  /** Everything that failed on the present page goes out in the end, but to those who have left. */
  async sendFailedAgain(present: readonly FuzzedPerson[], patienceMs: number): Promise<void> {
    await Promise.all(this.#sending);
    for (const each of this.chats(present)) {
      // What was held up goes out by itself, which may fail too.
      await until(each.messages, (all) => all.every(({ state }) => state !== "sending"), patienceMs);
      for (const { id, state, text } of each.messages.get()) {
        if (state !== "failed") continue;
        await each.retry(id);
        const message = this.sent.find((one) => one.text === text);
        if (message) message.storedAt ??= Date.now();
      }
    }
  }

  async leave(): Promise<void> {
    for (const { meeting, network } of this.#pages.toReversed()) {
      await meeting.leave();
      await network[Symbol.asyncDispose]();
    }
  }
}
