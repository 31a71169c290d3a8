import { ephemeralChannels, type EphemeralChannel } from "@sotto/protocol";
import type { MessageCodec } from "../chat/MessageCodec.ts";
import type { Schema } from "../Schema.ts";
import { Store, type ReadonlyStore } from "../store/Store.ts";
import { SendBudget } from "./SendBudget.ts";

/** A message that is not kept. Sender and channel come from the subject, which nats-server lets nobody forge. */
export interface EphemeralMessage {
  readonly participantId: string;
  readonly channel: string;
  readonly body: Uint8Array;
}

export interface EphemeralContext {
  /** The codec of our present seat. */
  readonly codec: () => MessageCodec;
  /** Publishes at once, or does nothing while there is no connection. */
  readonly publish: (channel: EphemeralChannel, wire: Uint8Array) => void;
}

/** Sealed: 41 bytes of header, one padded block of 256 bytes and the tag. Nothing longer is even decrypted. */
const maxWireBytes = 41 + 256 + 16;
/** Of all others together; beyond, somebody floods us. */
const maxWaiting = 256;

/**
 * Reactions and typing: sealed like chat, sent to everybody by NATS itself and kept nowhere. What cannot be opened is
 * dropped and counted, as is a replay; what is lost is lost.
 */
export class EphemeralMessages {
  readonly #context: EphemeralContext;
  readonly #handlers = new Map<string, (participantId: string, body: Uint8Array) => void>();
  readonly #budgets = new Map(
    ephemeralChannels.map((channel) => [channel, new SendBudget({ burst: 10, perSecond: 4 })] as const),
  );
  readonly #dropped = new Store(0);
  #opening: Promise<void> = Promise.resolve();
  #waiting = 0;

  constructor(context: EphemeralContext) {
    this.#context = context;
  }

  /** How many messages of others were dropped: forged, replayed, too long, too many, or none of ours. */
  get dropped(): ReadonlyStore<number> {
    return this.#dropped;
  }

  /** Hands on what is received on a channel, in order, when it is what the schema says. One handler a channel. */
  on<T>(channel: EphemeralChannel, schema: Schema<T>, handler: (participantId: string, message: T) => void): void {
    this.#handlers.set(channel, (participantId, body) => {
      const json: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
      const parsed = schema.safeParse(json);
      if (!parsed.success) throw parsed.error;
      handler(participantId, parsed.data);
    });
  }

  /** Seals and sends; false when too many went before. Never throws: what cannot be sent now is not worth sending later. */
  send(channel: EphemeralChannel, message: object): boolean {
    if (!this.#budgets.get(channel)?.take()) return false;
    const body = new TextEncoder().encode(JSON.stringify(message));
    this.#context
      .codec()
      .seal(channel, "", body)
      .then((wire) => this.#context.publish(channel, wire))
      .catch(() => undefined); // the meeting is over, and its keys with it
    return true;
  }

  /** Takes the next message of another participant. */
  receive({ participantId, channel, body }: EphemeralMessage): void {
    const handler = this.#handlers.get(channel);
    const known = ephemeralChannels.find((each) => each === channel);
    if (!known || !handler || body.length > maxWireBytes || this.#waiting >= maxWaiting) return this.#drop();
    this.#waiting += 1;
    this.#opening = this.#opening.then(async () => {
      try {
        const opened = await this.#context.codec().open(participantId, known, "", body);
        handler(participantId, opened.body);
      } catch {
        this.#drop();
      }
      this.#waiting -= 1;
    });
  }

  #drop(): void {
    this.#dropped.set(this.#dropped.get() + 1);
  }
}
