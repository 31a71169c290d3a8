import { userEventNames, type ActivityReport, type UserEventName } from "@sotto/protocol";
import { z } from "zod";
import type { ParticipantRecord } from "../sessions/ParticipantRecord.ts";

const eventSchema = z.object({
  /** How often; of `talked_duration`, milliseconds. */
  total: z.int(),
  /** When, in Unix milliseconds; `on` where something was switched. Not of every event, and the first ones only. */
  values: z.array(z.object({ at: z.int(), on: z.boolean().optional() })),
});
export type ActivityEvent = z.infer<typeof eventSchema>;

const switchesSchema = z.object({ microphone: z.boolean(), camera: z.boolean(), screen: z.boolean() });

/**
 * What the statistics say of one person in one session. Kept in the KV bucket `activity` under
 * `<session id>.<participant id>`, only of people who are in the statistics of a room that has some.
 */
export const activityRecordSchema = z.object({
  userId: z.string(),
  name: z.string(),
  isAdmin: z.boolean(),
  extraData: z.string(),
  exUserId: z.string(),
  isThere: z.boolean(),
  /** What was on when the person's page last said so. */
  switches: switchesSchema,
  /** What each of the person's pages has said of itself, the newest last. */
  pages: z.array(z.object({ page: z.string(), talkedMs: z.int(), reactions: z.int() })),
  events: z.partialRecord(z.enum(userEventNames), eventSchema),
});
export type ActivityRecord = z.infer<typeof activityRecordSchema>;

/** More of one event is counted, without the times. */
const maxValues = 500;
/** Reports of a page that was left longer ago than so many reloads do not come any more. */
const maxPages = 20;
const allOff = { microphone: false, camera: false, screen: false };
const switchEvents = { microphone: "mic_status", camera: "webcam_status", screen: "screen_share_status" } as const;
const switchNames = ["microphone", "camera", "screen"] as const;

/*
 * How a record changes: pure functions, whose callers write the result by compare-and-set. The same record where there is
 * nothing to note.
 */

/** Of somebody who was not in the session before. */
export function newActivity({ userId, name, role, metadata }: ParticipantRecord): ActivityRecord {
  const { extra_data = "", ex_user_id = "" } = JSON.parse(metadata) as { extra_data?: unknown; ex_user_id?: string };
  return {
    userId,
    name,
    isAdmin: role === "host",
    extraData: typeof extra_data === "string" ? extra_data : JSON.stringify(extra_data),
    exUserId: ex_user_id,
    isThere: false,
    switches: allOff,
    pages: [],
    events: {},
  };
}

export function noteJoined(record: ActivityRecord, at: number): ActivityRecord {
  return record.isThere ? record : { ...withEvent(record, "joined", { at }), isThere: true };
}

/** With whoever goes, everything of theirs is off. */
export function noteLeft(record: ActivityRecord, at: number): ActivityRecord {
  if (!record.isThere) return record;
  return { ...withEvent(noteSwitches(record, allOff, at), "left", { at }), isThere: false };
}

export function noteCount(record: ActivityRecord, event: UserEventName, at: number | null): ActivityRecord {
  return withEvent(record, event, at === null ? null : { at });
}

/** What a page says. Nobody can have spoken for longer than since they came. */
export function noteReport(record: ActivityRecord, report: ActivityReport, at: number): ActivityRecord {
  if (!record.isThere) return record;
  const { page, talkedMs, reactions } = report;
  const before = record.pages.find((each) => each.page === page) ?? { page, talkedMs: 0, reactions: 0 };
  const since = record.events.joined?.values[0]?.at ?? at;
  const possibleMs = at - since - (record.events.talked_duration?.total ?? 0);
  const talked = withTotal(record, "talked_duration", Math.min(talkedMs - before.talkedMs, possibleMs));
  const reacted = withTotal(talked, "reactions", reactions - before.reactions);
  const said = {
    page,
    talkedMs: Math.max(talkedMs, before.talkedMs),
    reactions: Math.max(reactions, before.reactions),
  };
  const others = record.pages.filter((each) => each.page !== page);
  return noteSwitches({ ...reacted, pages: [...others, said].slice(-maxPages) }, report, at);
}

function noteSwitches(record: ActivityRecord, now: ActivityRecord["switches"], at: number): ActivityRecord {
  const { microphone, camera, screen } = now;
  const switched = switchNames
    .filter((name) => record.switches[name] !== now[name])
    .reduce((each, name) => withEvent(each, switchEvents[name], { at, on: now[name] }), record);
  return switched === record ? record : { ...switched, switches: { microphone, camera, screen } };
}

function withEvent(
  record: ActivityRecord,
  name: UserEventName,
  value: ActivityEvent["values"][number] | null,
): ActivityRecord {
  const { total, values } = record.events[name] ?? { total: 0, values: [] };
  const next = value === null || values.length >= maxValues ? values : [...values, value];
  return { ...record, events: { ...record.events, [name]: { total: total + 1, values: next } } };
}

function withTotal(record: ActivityRecord, name: UserEventName, more: number): ActivityRecord {
  if (more <= 0) return record;
  const { total, values } = record.events[name] ?? { total: 0, values: [] };
  return { ...record, events: { ...record.events, [name]: { total: total + more, values } } };
}
