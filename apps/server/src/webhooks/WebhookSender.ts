import type { Logger } from "pino";
import type { ApiClients } from "../clients/ApiClients.ts";
import type { WebhookOutcome } from "../metrics/Metrics.ts";
import type { OutboundClient } from "../platform/outbound/OutboundClient.ts";
import { OutboundError } from "../platform/outbound/OutboundError.ts";
import { retryDelay } from "./retryDelay.ts";
import { signWebhook } from "./signWebhook.ts";
import type { Delivery, WebhookOutbox } from "./WebhookOutbox.ts";
import type { WebhookSeal } from "./WebhookSeal.ts";

interface WebhookSenderOptions {
  outbox: WebhookOutbox;
  seal: WebhookSeal;
  client: OutboundClient;
  clients: Pick<ApiClients, "withId">;
  /** How long one delivery takes at most. */
  timeoutMs: number;
  maxDelayMs: number;
  onAttempt: (outcome: WebhookOutcome) => void;
  log: Logger;
}

/** Deliveries at the same time, each of another lane: a target that is slow holds one of them, for a while. */
const maxInFlight = 128;
/** How often what other nodes left, and what is due again, is looked for. */
const pollMs = 1_000;
/** Longer than a delivery takes by so much, a claim belongs to a node that has died. */
const leaseMarginMs = 15_000;

/** Delivers what is in the outbox, along each lane one after the other, together with the other nodes. */
export class WebhookSender implements AsyncDisposable {
  readonly #options: WebhookSenderOptions;
  readonly #stopping = new AbortController();
  readonly #inFlight = new Set<Promise<void>>();
  readonly #timer: NodeJS.Timeout;
  #round: Promise<void> | null = null;
  #isWanted = false;

  constructor(options: WebhookSenderOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.wake(), pollMs);
  }

  /** Something may be due now. */
  wake(): void {
    this.#isWanted = true;
    if (this.#round !== null || this.#stopping.signal.aborted) return;
    this.#round = this.#claim().finally(() => {
      this.#round = null;
      if (this.#isWanted) this.wake();
    });
  }

  /** What is under way is broken off and left to whoever comes next. */
  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    this.#stopping.abort();
    await this.#round;
    await Promise.all(this.#inFlight);
  }

  async #claim(): Promise<void> {
    const { outbox, timeoutMs, log } = this.#options;
    this.#isWanted = false;
    const free = maxInFlight - this.#inFlight.size;
    if (free <= 0) return;
    const claimed = await outbox.claim(free, timeoutMs + leaseMarginMs).catch((error: unknown) => {
      log.error({ err: error }, "webhooks cannot be looked up in the database; trying again");
      return [];
    });
    for (const delivery of claimed) {
      const work = this.#deliver(delivery)
        .catch((error: unknown) => log.error({ err: error }, "the outcome of a webhook could not be written down"))
        .finally(() => {
          this.#inFlight.delete(work);
          this.wake();
        });
      this.#inFlight.add(work);
    }
  }

  async #deliver(delivery: Delivery): Promise<void> {
    const { outbox, maxDelayMs, onAttempt, log } = this.#options;
    const fault = await this.#attempt(delivery);
    if (fault !== null && this.#stopping.signal.aborted) return outbox.release(delivery);
    onAttempt(fault === null ? "delivered" : "failed");
    if (fault === null) return outbox.delivered(delivery);
    const failed = delivery.attempts + 1;
    const isDead = await outbox.failed(delivery, fault, retryDelay(failed, maxDelayMs));
    const facts = { event: delivery.event, eventId: delivery.eventId, fault, attempts: failed };
    if (isDead) log.error(facts, "a webhook was given up; npm run webhooks lists it");
    else log.debug(facts, "a webhook was not delivered; another attempt follows");
  }

  /** Null, or why the target does not have it. */
  async #attempt({ sealed, lane }: Delivery): Promise<string | null> {
    const { seal, client, clients } = this.#options;
    const webhook = seal.open(sealed, lane);
    if (webhook === null) return "sealed_with_another_secret";
    const { url, body } = webhook;
    const signer = clients.withId(webhook.signer);
    if (signer === null) return "client_revoked";
    try {
      const headers = signWebhook(body, signer);
      const status = await client.post(new URL(url), { headers, body, signal: this.#stopping.signal });
      return status >= 200 && status < 300 ? null : `status_${status}`;
    } catch (error) {
      if (error instanceof OutboundError) return error.fault;
      throw error;
    }
  }
}
