import { wsconnect, type NatsConnection } from "@nats-io/nats-core";
import { Meeting } from "@sotto/client";

/** Somebody who says something and hears everybody, in one of the two systems. */
export interface Speaker {
  /** Resolves when it is sent, or where the system has that, stored. */
  send(text: string): Promise<void>;
  /** Calls back for everything that is heard, from now on. */
  onText(listener: (text: string) => void): void;
  close(): Promise<void>;
}

/** With the SDK: every message is sealed and stored, and opened by who hears it. */
export class SottoSpeaker implements Speaker {
  readonly #meeting: Meeting;

  private constructor(meeting: Meeting) {
    this.#meeting = meeting;
  }

  static async join(origin: string, token: string): Promise<SottoSpeaker> {
    return new SottoSpeaker(await Meeting.join({ origin, credential: { kind: "token", token }, media: null }));
  }

  send(text: string): Promise<void> {
    return this.#meeting.chat.send(text);
  }

  onText(listener: (text: string) => void): void {
    const { messages } = this.#meeting.chat;
    let told = 0;
    // What is on its way stands behind what was delivered.
    messages.subscribe(() => {
      const all = messages.get();
      for (let message = all[told]; message?.state === "sent"; message = all[told]) {
        told += 1;
        listener(message.text);
      }
    });
  }

  close(): Promise<void> {
    return this.#meeting.leave();
  }
}

/** Straight to nats-server: nothing is sealed, stored or asked. `padding` makes messages as large as sealed ones. */
export class BareSpeaker implements Speaker {
  readonly #nats: NatsConnection;
  readonly #subject: string;
  readonly #padding: string;

  private constructor(nats: NatsConnection, subject: string, padding: string) {
    this.#nats = nats;
    this.#subject = subject;
    this.#padding = padding;
  }

  static async connect(servers: string, subject: string, padding: string): Promise<BareSpeaker> {
    return new BareSpeaker(await wsconnect({ servers, reconnect: false }), subject, padding);
  }

  async send(text: string): Promise<void> {
    this.#nats.publish(this.#subject, `${text} ${this.#padding}`);
  }

  onText(listener: (text: string) => void): void {
    this.#nats.subscribe(this.#subject, {
      callback: (_error, message) => listener(message.string().slice(0, -this.#padding.length - 1)),
    });
  }

  async close(): Promise<void> {
    await this.#nats.close();
  }
}
