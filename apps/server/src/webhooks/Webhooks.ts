import { setTimeout as delay } from "node:timers/promises";
import type { Logger } from "pino";
import type { ApiClients } from "../clients/ApiClients.ts";
import { homeClientId, roomOwner } from "../clients/roomScope.ts";
import type { LoadedConfig } from "../config/loadConfig.ts";
import type { Secrets } from "../config/Secrets.ts";
import type { Metrics } from "../metrics/Metrics.ts";
import { AppError } from "../platform/AppError.ts";
import type { Sql } from "../platform/db/openDatabase.ts";
import { AddressPolicy } from "../platform/outbound/AddressPolicy.ts";
import { OutboundClient } from "../platform/outbound/OutboundClient.ts";
import { isThere } from "../sessions/ParticipantRecord.ts";
import type { SessionEvent, SessionEvents } from "../sessions/SessionEvents.ts";
import type { State } from "../sessions/State.ts";
import { isAbout } from "./isAbout.ts";
import { webhookBody } from "./webhookBody.ts";
import { WebhookOutbox, type Delivery, type NewDelivery } from "./WebhookOutbox.ts";
import { WebhookSeal } from "./WebhookSeal.ts";
import { WebhookSender } from "./WebhookSender.ts";
import { checkWebhookUrls, webhookTargetProblem } from "./webhookTarget.ts";

interface WebhooksOptions {
  config: LoadedConfig["webhooks"];
  clients: ApiClients;
  tokens: Secrets["tokens"];
  state: Pick<State, "participants">;
  sql: Sql;
  metrics: Pick<Metrics, "webhookAttempts">;
  log: Logger;
}

/** A webhook that was given up, without anything that may be secret. */
export interface DeadWebhook extends Pick<
  Delivery,
  "eventId" | "event" | "roomId" | "created" | "attempts" | "lastFault"
> {
  /** Null where the secret that it was sealed with has changed since. */
  origin: string | null;
}

const hourMs = 3_600_000;
const retryMs = 500;
/** How long whoever makes an event waits for it to be written down; it is written later all the same. */
const patienceMs = 1_000;
/** Events that wait for the database to come back. */
const maxUnwritten = 20_000;
const stopMs = 3_000;
const purgeEveryMs = hourMs;
/** Opened at once when somebody is erased. */
const erasePageRows = 500;

/** Tells integrators of what happens in their rooms: writes it down at once, and has it delivered. */
export class Webhooks implements AsyncDisposable {
  readonly #options: WebhooksOptions;
  readonly #policy: AddressPolicy;
  readonly #seal: WebhookSeal;
  readonly #outbox: WebhookOutbox;
  readonly #sender: WebhookSender;
  readonly #purge: NodeJS.Timeout;
  readonly #giveUpMs: number;
  #unwritten: NewDelivery[] = [];
  #writing: Promise<void> | null = null;
  #isStopping = false;

  constructor(options: WebhooksOptions) {
    this.#options = options;
    const { config, clients, tokens, sql, metrics, log } = options;
    this.#giveUpMs = config.giveUpHours * hourMs;
    this.#policy = new AddressPolicy(config.allowedNetworks);
    checkWebhookUrls(config.urls, this.#policy);
    this.#seal = new WebhookSeal(tokens);
    this.#outbox = new WebhookOutbox(sql);
    const timeoutMs = config.timeoutSeconds * 1000;
    this.#sender = new WebhookSender({
      outbox: this.#outbox,
      seal: this.#seal,
      client: new OutboundClient({ policy: this.#policy, timeoutMs }),
      clients,
      timeoutMs,
      maxDelayMs: config.maxDelaySeconds * 1000,
      onAttempt: (outcome) => metrics.webhookAttempts.add(outcome),
      log,
    });
    this.#purge = setInterval(() => void this.#purgeDead(), purgeEveryMs).unref();
  }

  /** Tells of everything from now on. */
  follow(events: SessionEvents): void {
    events.on((event) => this.#note(event));
  }

  /** What is wrong with a room's `webhook_url`, or null. */
  problemOf(url: string): string | null {
    return url === "" ? null : webhookTargetProblem(url, this.#policy);
  }

  /** What was given up, the newest first. */
  async dead(limit: number): Promise<DeadWebhook[]> {
    const rows = await this.#outbox.dead(limit);
    return rows.map(({ eventId, event, roomId, created, attempts, lastFault, sealed, lane }) => {
      const webhook = this.#seal.open(sealed, lane);
      const origin = webhook && new URL(webhook.url).origin;
      return { eventId, event, roomId, created, attempts, lastFault, origin };
    });
  }

  /** Attempts again what was given up of these events, of all where none is named; gives how many deliveries. */
  async resend(eventIds: readonly string[]): Promise<number> {
    const count = await this.#outbox.resend(eventIds, this.#giveUpMs);
    this.#sender.wake();
    return count;
  }

  /** How many there are at the moment, of all nodes that share the database. */
  count(state: "waiting" | "dead"): Promise<number> {
    return this.#outbox.count(state);
  }

  /**
   * Deletes what is about one person, by the id that `owner` knows them by, in `owner`'s rooms, whether it waits or was
   * given up. What cannot be opened any more goes with it: it can be sent to nobody, and nobody can say whom it is about.
   * Gives how many were deleted. Throws where not everything that has happened is in the database.
   */
  async eraseUser(owner: string, userId: string): Promise<number> {
    const newest = this.#unwritten.at(-1);
    await Promise.race([this.#written(), delay(patienceMs, undefined, { ref: false })]);
    if (newest !== undefined && this.#unwritten.includes(newest)) throw AppError.unavailable();
    let erased = 0;
    let rows = await this.#outbox.following(0, erasePageRows);
    for (let last = rows.at(-1); last !== undefined; last = rows.at(-1)) {
      const theirs = rows.filter(
        ({ roomId, sealed, lane }) => roomOwner(roomId) === owner && isAbout(this.#seal.open(sealed, lane), userId),
      );
      erased += await this.#outbox.erase(theirs.map(({ sequence }) => sequence));
      rows = await this.#outbox.following(last.sequence, erasePageRows);
    }
    return erased;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#purge);
    await Promise.race([this.#writing, delay(stopMs, undefined, { ref: false })]);
    this.#isStopping = true;
    await this.#writing;
    await this.#sender[Symbol.asyncDispose]();
  }

  async #note(event: SessionEvent): Promise<void> {
    const { config, log } = this.#options;
    const { roomId, webhookUrl } = event.room;
    // A room's address belongs to the room's client, the installation's addresses to its own.
    const targets = new Map(webhookUrl === "" ? [] : [[webhookUrl, roomOwner(roomId)]]);
    for (const url of config.urls) targets.set(url, homeClientId);
    if (targets.size === 0) return;
    if (this.#unwritten.length >= maxUnwritten) {
      log.error({ event: event.name }, "the database was away for too long; a webhook is lost");
      return;
    }
    const body = webhookBody(event, this.#peopleIn(event));
    const text = JSON.stringify(body);
    for (const [url, signer] of targets) {
      const lane = this.#seal.laneOf(roomId, url);
      const sealed = this.#seal.seal({ url, body: text, signer }, lane);
      this.#unwritten.push({ lane, eventId: event.id, event: body.event, roomId, sealed });
    }
    await Promise.race([this.#written(), delay(patienceMs, undefined, { ref: false })]);
  }

  /** As this node knows it, the person whom the event is about included or not, as the event has it. */
  #peopleIn(event: SessionEvent): number {
    const { sessionId } = event.room;
    if (event.name === "sessionEnded" || event.name === "sessionWiped") return 0;
    const subject = "participant" in event ? event.participant.participantId : null;
    const others = this.#options.state.participants.memory
      .values()
      .filter(({ value }) => value.sessionId === sessionId && isThere(value) && value.participantId !== subject);
    return others.length + (subject === null || event.name === "participantLeft" ? 0 : 1);
  }

  /** Resolves when everything that was noted so far is in the database. */
  #written(): Promise<void> {
    this.#writing ??= this.#write().finally(() => {
      this.#writing = null;
      if (this.#unwritten.length > 0 && !this.#isStopping) void this.#written();
    });
    return this.#writing;
  }

  /** In the order in which it was noted, all that there is, until nothing is left. */
  async #write(): Promise<void> {
    while (this.#unwritten.length > 0) {
      const batch = this.#unwritten.slice(0, 200);
      try {
        await this.#outbox.append(batch, this.#giveUpMs);
        this.#unwritten = this.#unwritten.slice(batch.length);
        this.#sender.wake();
      } catch (error) {
        this.#options.log.error({ err: error }, "webhooks cannot be written to the database; trying again");
        if (this.#isStopping) return;
        await delay(retryMs);
      }
    }
  }

  async #purgeDead(): Promise<void> {
    const { config, log } = this.#options;
    await this.#outbox
      .purgeDead(config.keepDays * 24 * hourMs)
      .catch((error: unknown) => log.warn({ err: error }, "old webhooks could not be deleted"));
  }
}
