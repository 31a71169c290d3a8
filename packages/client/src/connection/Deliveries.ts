import type { NatsConnection } from "@nats-io/nats-core";
import { resumeResultSchema, type ResumeRequest } from "@sotto/protocol";
import { DeliveryFeed } from "./DeliveryFeed.ts";
import type { DeliverySequence } from "./DeliverySequence.ts";
import { jsonBody } from "./jsonBody.ts";
import type { RpcClient } from "./RpcClient.ts";

interface Stored {
  /** Who sent it. This and `channel` or `to` come from the subject, which nobody but the server can forge. */
  readonly participantId: string;
  readonly sequence: number;
  /** Unix milliseconds, by the server's clock. */
  readonly sentAt: number;
  readonly body: Uint8Array;
}

/** A message of one of the session's streams: to everybody on a channel, or from one person to another. */
export type Delivery =
  | ({ readonly kind: "public"; readonly channel: string } & Stored)
  | ({ readonly kind: "private"; readonly to: string } & Stored);

/** Between these moments, in Unix milliseconds, messages may have been sent that nobody will deliver any more. */
export interface LostInterval {
  readonly since: number;
  readonly until: number;
}

/** How far we are in each stream; outlives every connection. */
export interface DeliverySequences {
  readonly public: DeliverySequence;
  readonly private: DeliverySequence;
}

export interface DeliveriesOptions {
  readonly nats: NatsConnection;
  readonly rpc: RpcClient;
  readonly sessionId: string;
  readonly participantId: string;
  readonly inboxPrefix: string;
  readonly sequences: DeliverySequences;
  readonly onDelivery: (delivery: Delivery) => void;
  /** The server lost its memory of messages; is told again with every resume. */
  readonly onLost: (lost: LostInterval) => void;
  /** Resuming failed: give this connection up. */
  readonly onBroken: (error: unknown) => void;
}

/** What was sent this shortly before we had everything may have been on its way. */
const underWayMs = 5_000;
/** Of a connection that is silent already. */
const resumeTimeoutMs = 5_000;

/**
 * Receives the session's messages over one connection, and resumes when some are missing or a consumer is silent. Both
 * streams are resumed together; what is delivered twice thereby is told by its sequence.
 */
export class Deliveries {
  readonly #options: DeliveriesOptions;
  readonly #feeds: readonly DeliveryFeed[];
  #resuming: Promise<void> | null = null;
  #closed = false;

  constructor(options: DeliveriesOptions) {
    this.#options = options;
    this.#feeds = (["public", "private"] as const).map(
      (kind) =>
        new DeliveryFeed({ ...options, kind, sequence: options.sequences[kind], onIncomplete: () => this.#recover() }),
    );
  }

  /** Asks for everything after the last messages we have. One request at a time; throws what the rpc throws. */
  resume(): Promise<void> {
    this.#resuming ??= this.#requestResume().finally(() => (this.#resuming = null));
    return this.#resuming;
  }

  close(): void {
    this.#closed = true;
    for (const feed of this.#feeds) feed.close();
  }

  async #requestResume(): Promise<void> {
    const { rpc, sequences } = this.#options;
    for (const feed of this.#feeds) feed.restart();
    // Not read later: what the new consumers deliver comes before their answer.
    const completeAt = Math.min(sequences.public.completeAt ?? 0, sequences.private.completeAt ?? 0);
    const after = { public: sequences.public.lastSequence, private: sequences.private.lastSequence };
    const body = jsonBody({ after } satisfies ResumeRequest);
    const { lost } = await rpc.call("resume", body, resumeResultSchema, resumeTimeoutMs);
    for (const feed of this.#feeds) feed.heard();
    if (lost) this.#tellLost(lost, completeAt);
  }

  /** What came before we last had everything is here. */
  #tellLost({ since, until }: LostInterval, completeAt: number): void {
    this.#options.onLost({ since: Math.min(until, Math.max(since, completeAt - underWayMs)), until });
  }

  /** What arrives while a resume is under way belongs to the consumers it replaces: no reason for another one. */
  #recover(): void {
    if (this.#closed || this.#resuming) return;
    this.resume().catch((error: unknown) => {
      if (!this.#closed) this.#options.onBroken(error);
    });
  }
}
