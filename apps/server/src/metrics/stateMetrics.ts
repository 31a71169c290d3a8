import { setTimeout as delay } from "node:timers/promises";
import type { Context } from "../context.ts";
import { Gauge } from "../platform/metrics/Gauge.ts";
import type { Metric } from "../platform/metrics/Metric.ts";
import type { ParticipantRecord } from "../sessions/ParticipantRecord.ts";
import { isLive } from "../sessions/RoomRecord.ts";

const whereabouts = ["joining", "online", "away", "waiting"] as const;

const webhookStates = ["waiting", "dead"] as const;
/** Where the database does not answer in this time, the number is not known. */
const databaseWaitMs = 2_000;

const isHere = ({ state }: ParticipantRecord["presence"]) => state !== "gone" && state !== "left";

/** What there is at the moment, in the whole installation, as far as this node has heard. */
export function stateMetrics({ nats, state, webhooks }: Pick<Context, "nats" | "state" | "webhooks">): Metric[] {
  const people = (where: (typeof whereabouts)[number]) =>
    state.participants.memory
      .values()
      .filter(
        ({ value: { waiting, presence } }) => (waiting && isHere(presence) ? "waiting" : presence.state) === where,
      ).length;
  return [
    Gauge.one("sotto_nats_connected", "1 while this node is connected to nats-server and has its state.", () =>
      nats.isConnected() ? 1 : 0,
    ),
    Gauge.one("sotto_rooms", "Rooms, with or without anybody in them.", () => state.rooms.memory.values().length),
    Gauge.one(
      "sotto_sessions",
      "Sessions that are going on.",
      () => state.rooms.memory.values().filter(({ value }) => isLive(value)).length,
    ),
    Gauge.each(
      "sotto_participants",
      "People: on their way in, connected, expected back, waiting to be let in.",
      { name: "state", values: whereabouts },
      people,
    ),
    Gauge.each(
      "sotto_webhooks",
      "Webhooks in the database: still attempted, given up. NaN while it does not answer.",
      { name: "state", values: webhookStates },
      (which) =>
        Promise.race([
          webhooks.count(which).catch(() => Number.NaN),
          delay(databaseWaitMs, Number.NaN, { ref: false }),
        ]),
    ),
  ];
}
