import { and, asc, count, desc, eq, gt, inArray, isNotNull, isNull, lt, sql, type SQL } from "drizzle-orm";
import type { Sql } from "../platform/db/openDatabase.ts";
import { webhookDeliveries as deliveries } from "../platform/db/schema.ts";

export type Delivery = typeof deliveries.$inferSelect;
export type NewDelivery = Pick<Delivery, "lane" | "eventId" | "event" | "roomId" | "sealed">;

const inMs = (milliseconds: number): SQL => sql`now() + ${milliseconds} * interval '1 millisecond'`;
const isFree = sql`(${deliveries.claimedUntil} is null or ${deliveries.claimedUntil} < now())`;
const isDue = sql`${deliveries.dueAt} <= now()`;

/**
 * The first of each lane that is not given up. Goes from lane to lane along the index: what waits behind a first one, and
 * that can be a day's worth, is not looked at.
 */
const heads = sql`(
  with recursive heads as (
    (select lane, sequence from webhook_deliveries where dead_at is null order by lane, sequence limit 1)
    union all
    select following.lane, following.sequence from heads, lateral (
      select lane, sequence from webhook_deliveries
      where dead_at is null and lane > heads.lane order by lane, sequence limit 1
    ) as following
  )
  select sequence from heads
)`;

/**
 * Webhooks until they are delivered. Times are the database's: nodes need not agree on theirs. Of the nodes that want the
 * same delivery one gets it, for as long as it says.
 */
export class WebhookOutbox {
  readonly #sql: Sql;

  constructor(database: Sql) {
    this.#sql = database;
  }

  /** Appends to the lanes, in this order; what waits there already under the same event is left alone. */
  async append(added: readonly NewDelivery[], giveUpMs: number): Promise<void> {
    const rows = added.map((each) => ({ ...each, giveUpAt: inMs(giveUpMs) }));
    await this.#sql.insert(deliveries).values(rows).onConflictDoNothing();
  }

  /** Takes up to `limit` that are due, one of each lane at most, for `leaseMs`. */
  async claim(limit: number, leaseMs: number): Promise<Delivery[]> {
    const isAlive = isNull(deliveries.deadAt);
    const due = this.#sql
      .select({ sequence: deliveries.sequence })
      .from(deliveries)
      .where(and(sql`${deliveries.sequence} in ${heads}`, isDue, isFree))
      .orderBy(asc(deliveries.dueAt))
      .limit(limit);
    return (
      this.#sql
        .update(deliveries)
        .set({ claimedUntil: inMs(leaseMs) })
        // A node that chose the same a moment ago has changed the row by now: what makes it free is looked at again.
        .where(and(inArray(deliveries.sequence, due), isAlive, isDue, isFree))
        .returning()
    );
  }

  async delivered({ sequence }: Pick<Delivery, "sequence">): Promise<void> {
    await this.#sql.delete(deliveries).where(eq(deliveries.sequence, sequence));
  }

  /** Puts the next attempt off, or gives the delivery up where that would be too late. Gives whether it was. */
  async failed({ sequence }: Pick<Delivery, "sequence">, fault: string, delayMs: number): Promise<boolean> {
    const isOver = sql`${inMs(delayMs)} > ${deliveries.giveUpAt}`;
    const [row] = await this.#sql
      .update(deliveries)
      .set({
        attempts: sql`${deliveries.attempts} + 1`,
        lastFault: fault,
        claimedUntil: null,
        dueAt: inMs(delayMs),
        deadAt: sql`case when ${isOver} then now() end`,
      })
      .where(eq(deliveries.sequence, sequence))
      .returning({ deadAt: deliveries.deadAt });
    return row !== undefined && row.deadAt !== null;
  }

  /** Gives back what was claimed and not attempted to the end. */
  async release({ sequence }: Pick<Delivery, "sequence">): Promise<void> {
    await this.#sql.update(deliveries).set({ claimedUntil: null }).where(eq(deliveries.sequence, sequence));
  }

  /** How many are still attempted (`waiting`), or were given up (`dead`). */
  async count(state: "waiting" | "dead"): Promise<number> {
    const isMeant = state === "dead" ? isNotNull(deliveries.deadAt) : isNull(deliveries.deadAt);
    const [row] = await this.#sql.select({ total: count() }).from(deliveries).where(isMeant);
    return row?.total ?? 0;
  }

  /** The first ones after a place in the table, whatever has become of them. */
  async following(sequence: number, limit: number): Promise<Delivery[]> {
    return this.#sql
      .select()
      .from(deliveries)
      .where(gt(deliveries.sequence, sequence))
      .orderBy(asc(deliveries.sequence))
      .limit(limit);
  }

  /** Deletes what is not to be told any more; gives how many were there. */
  async erase(sequences: readonly number[]): Promise<number> {
    if (sequences.length === 0) return 0;
    const erased = await this.#sql
      .delete(deliveries)
      .where(inArray(deliveries.sequence, [...sequences]))
      .returning({ sequence: deliveries.sequence });
    return erased.length;
  }

  /** What was given up, the newest first. */
  async dead(limit: number): Promise<Delivery[]> {
    return this.#sql
      .select()
      .from(deliveries)
      .where(isNotNull(deliveries.deadAt))
      .orderBy(desc(deliveries.deadAt), desc(deliveries.sequence))
      .limit(limit);
  }

  /** Attempts again what was given up of these events, of all where none is named; gives how many deliveries. */
  async resend(eventIds: readonly string[], giveUpMs: number): Promise<number> {
    const isMeant = eventIds.length > 0 ? inArray(deliveries.eventId, [...eventIds]) : undefined;
    const rows = await this.#sql
      .update(deliveries)
      .set({ deadAt: null, attempts: 0, claimedUntil: null, dueAt: sql`now()`, giveUpAt: inMs(giveUpMs) })
      .where(and(isNotNull(deliveries.deadAt), isMeant))
      .returning({ sequence: deliveries.sequence });
    return rows.length;
  }

  /** Forgets what was given up so long ago. */
  async purgeDead(keepMs: number): Promise<void> {
    await this.#sql.delete(deliveries).where(lt(deliveries.deadAt, inMs(-keepMs)));
  }
}
