import type { Msg, NatsConnection } from "@nats-io/nats-core";
import { resumeResultSchema, subjects } from "@sotto/protocol";
import { readDelivery } from "./deliveryHeaders.ts";
import type { DeliverySequence } from "./DeliverySequence.ts";
import type { RpcClient } from "./RpcClient.ts";

/** A message of the session's stream. `participantId` and `channel` come from the subject, which nobody can forge. */
export interface Delivery {
  readonly participantId: string;
  readonly channel: string;
  readonly sequence: number;
  /** Unix milliseconds, by the server's clock. */
  readonly sentAt: number;
  readonly body: Uint8Array;
}

export interface DeliveriesOptions {
  readonly nats: NatsConnection;
  readonly rpc: RpcClient;
  readonly sessionId: string;
  readonly participantId: string;
  readonly inboxPrefix: string;
  /** Outlives this connection. */
  readonly sequence: DeliverySequence;
  readonly onDelivery: (delivery: Delivery) => void;
  /** Resuming failed: give this connection up. */
  readonly onBroken: (error: unknown) => void;
}

/** The server sends a heartbeat every 5 s when there is nothing to deliver. */
const silenceMs = 12_000;
/** Of a connection that is silent already. */
const resumeTimeoutMs = 5_000;

/** Receives the session's messages over one connection, and resumes when some are missing or the consumer is silent. */
export class Deliveries {
  readonly #options: DeliveriesOptions;
  #resuming: Promise<void> | null = null;
  #watchdog: ReturnType<typeof setTimeout> | undefined;
  #closed = false;

  constructor(options: DeliveriesOptions) {
    this.#options = options;
    options.sequence.restart();
    options.nats.subscribe(subjects.deliveries(options.inboxPrefix), {
      callback: (error, message) => {
        if (!error && !this.#closed) this.#receive(message);
      },
    });
  }

  /** Asks for everything after the last message we have. One request at a time; throws what the rpc throws. */
  resume(): Promise<void> {
    this.#resuming ??= this.#requestResume().finally(() => (this.#resuming = null));
    return this.#resuming;
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#watchdog);
  }

  async #requestResume(): Promise<void> {
    const { rpc, sequence } = this.#options;
    sequence.restart();
    const body = new TextEncoder().encode(JSON.stringify({ after: sequence.lastSequence }));
    await rpc.call("resume", body, resumeResultSchema, resumeTimeoutMs);
    this.#heard();
  }

  #receive(message: Msg): void {
    this.#heard();
    const delivery = readDelivery(message);
    if (delivery.kind === "flow-control") return this.#answerFlowControl(delivery.answerTo);
    if (delivery.kind === "idle") {
      if (delivery.stalledOn) this.#answerFlowControl(delivery.stalledOn);
      if (this.#options.sequence.idle(delivery.lastConsumerSequence) === "gap") this.#recover();
      return;
    }
    if (delivery.kind !== "message") return;
    const verdict = this.#options.sequence.accept(delivery);
    if (verdict === "gap") return this.#recover();
    if (verdict === "duplicate") return;
    const address = this.#readSubject(message.subject);
    if (!address) return;
    this.#options.onDelivery({
      ...address,
      sequence: delivery.streamSequence,
      sentAt: delivery.timestampMs,
      body: message.data,
    });
  }

  /** What arrives while a resume is under way belongs to the consumer it replaces: no reason for another one. */
  #recover(): void {
    if (this.#closed || this.#resuming) return;
    this.resume().catch((error: unknown) => {
      if (!this.#closed) this.#options.onBroken(error);
    });
  }

  #heard(): void {
    clearTimeout(this.#watchdog);
    if (!this.#closed) this.#watchdog = setTimeout(() => this.#recover(), silenceMs);
  }

  #answerFlowControl(subject: string): void {
    const own = new RegExp(`^\\$JS\\.FC\\.[^.]+\\.${this.#options.participantId}\\.[^.\\s]+$`);
    if (own.test(subject)) this.#options.nats.publish(subject);
  }

  #readSubject(subject: string): { participantId: string; channel: string } | null {
    const [, sessionId, kind, participantId, channel, ...rest] = subject.split(".");
    if (sessionId !== this.#options.sessionId || kind !== "pub" || rest.length > 0) return null;
    return participantId && channel ? { participantId, channel } : null;
  }
}
