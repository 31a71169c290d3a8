import type { Msg, NatsConnection } from "@nats-io/nats-core";
import { streamName, subjects, type StreamKind } from "@sotto/protocol";
import type { Delivery } from "./Deliveries.ts";
import { readDelivery } from "./deliveryHeaders.ts";
import type { DeliverySequence } from "./DeliverySequence.ts";

export interface DeliveryFeedOptions {
  readonly nats: NatsConnection;
  readonly sessionId: string;
  readonly participantId: string;
  readonly inboxPrefix: string;
  readonly kind: StreamKind;
  readonly sequence: DeliverySequence;
  readonly onDelivery: (delivery: Delivery) => void;
  /** Messages are missing, or the consumer is silent: resume. */
  readonly onIncomplete: () => void;
}

/** The server sends a heartbeat every 5 s when there is nothing to deliver. */
const silenceMs = 12_000;

/** What one stream delivers over one connection. */
export class DeliveryFeed {
  readonly #options: DeliveryFeedOptions;
  readonly #flowControlPrefix: string;
  #watchdog: ReturnType<typeof setTimeout> | undefined;
  #closed = false;

  constructor(options: DeliveryFeedOptions) {
    const { nats, sequence, inboxPrefix, kind, sessionId, participantId } = options;
    this.#options = options;
    this.#flowControlPrefix = subjects.flowControl(streamName(sessionId, kind), participantId).slice(0, -1);
    sequence.restart();
    nats.subscribe(subjects.deliveries(inboxPrefix, kind), {
      callback: (error, message) => {
        if (!error && !this.#closed) this.#receive(message);
      },
    });
  }

  /** A new consumer was asked for. */
  restart(): void {
    this.#options.sequence.restart();
  }

  /** There was a sign of life: silence is counted from now. */
  heard(): void {
    clearTimeout(this.#watchdog);
    if (!this.#closed) this.#watchdog = setTimeout(() => this.#options.onIncomplete(), silenceMs);
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#watchdog);
  }

  #receive(message: Msg): void {
    const { sequence, onDelivery, onIncomplete } = this.#options;
    this.heard();
    const delivery = readDelivery(message);
    if (delivery.kind === "flow-control") return this.#answerFlowControl(delivery.answerTo);
    if (delivery.kind === "idle") {
      if (delivery.stalledOn) this.#answerFlowControl(delivery.stalledOn);
      if (sequence.idle(delivery.lastConsumerSequence) === "gap") return onIncomplete();
      return sequence.noteComplete(Date.now());
    }
    if (delivery.kind !== "message") return;
    const verdict = sequence.accept(delivery);
    if (verdict === "gap") return onIncomplete();
    if (delivery.isLast) sequence.noteComplete(Date.now());
    if (verdict === "duplicate") return;
    const address = this.#readSubject(message.subject);
    if (!address) return;
    onDelivery({
      ...address,
      sequence: delivery.streamSequence,
      sentAt: delivery.timestampMs,
      body: message.data,
    });
  }

  #answerFlowControl(subject: string): void {
    const token = subject.startsWith(this.#flowControlPrefix) && subject.slice(this.#flowControlPrefix.length);
    if (token && /^[^.\s]+$/.test(token)) this.#options.nats.publish(subject);
  }

  #readSubject(
    subject: string,
  ):
    | { kind: "public"; participantId: string; channel: string }
    | { kind: "private"; participantId: string; to: string }
    | null {
    const { kind, sessionId } = this.#options;
    const [, sid, form, participantId, last, ...rest] = subject.split(".");
    if (sid !== sessionId || form !== (kind === "public" ? "pub" : "dm") || rest.length > 0) return null;
    if (!participantId || !last) return null;
    return kind === "public" ? { kind, participantId, channel: last } : { kind, participantId, to: last };
  }
}
