import { CookieJar } from "@sotto/dev-env";
import type { ChatStore } from "../../chat/ChatStore.ts";
import { Meeting } from "../../Meeting.ts";
import { SottoError } from "../../SottoError.ts";
import { CutProxy } from "../../testing/CutProxy.ts";

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
  readonly #cookies: CookieJar;
  readonly #pages: Page[];
  readonly #sending = new Set<Promise<void>>();

  static async join(name: string, origin: string, newToken: () => Promise<string>): Promise<FuzzedPerson> {
    const cookies = new CookieJar();
    const network = await CutProxy.start(origin);
    const credential = { kind: "token" as const, token: await newToken() };
    try {
      const meeting = await Meeting.join({ origin: network.origin, credential, media: null, fetch: cookies.fetch });
      return new FuzzedPerson(name, cookies, { meeting, network });
    } catch (error) {
      await network[Symbol.asyncDispose]();
      throw error;
    }
  }

  private constructor(name: string, cookies: CookieJar, page: Page) {
    this.name = name;
    this.joinedAt = Date.now();
    this.#cookies = cookies;
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
    try {
      const fetch = this.#cookies.fetch;
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
    }
  }

  /** Everything that failed on the present page goes out in the end. */
  async sendFailedAgain(): Promise<void> {
    await Promise.all(this.#sending);
    const { chat, privateChats } = this.meeting;
    for (const each of [chat, ...privateChats.get().map((one) => one.chat)]) {
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
