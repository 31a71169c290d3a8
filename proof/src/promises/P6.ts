import { setTimeout as delay } from "node:timers/promises";
import { Meeting } from "@sotto/client";
import { CookieJar } from "@sotto/dev-env";
import { analyticsFileSchema, type AnalyticsFile } from "@sotto/protocol";
import type { Browser } from "playwright-core";
import type { EngineState } from "../inspect/EngineState.ts";
import { Inspector } from "../inspect/Inspector.ts";
import type { Granted } from "../Installation.ts";
import type { Ledger } from "../Ledger.ts";
import { holdMeeting, until, type RunningMeeting } from "../meetings/meetings.ts";
import { defineProof } from "../Proof.ts";
import { canary, newToken } from "../rooms.ts";
import { findForms } from "../search/findForms.ts";
import { textForms } from "../search/secretForms.ts";
import { differences, readStores } from "../stores/Stores.ts";

const goneMs = 15_000;

/**
 * What every meeting leaves, with and without statistics, as docs/data-map.md has it: that there was a session, its
 * receipt, hashes of used tokens until these would have expired, and for half a minute the markers of removed keys, of
 * which proof P4 sees to it that they go.
 */
const alwaysThere = [
  /^row of past_sessions: /,
  /^row of artifacts: .*"type":"DATA_RECEIPT"/,
  /^entry of used: /,
  /^entry of \w+: \S+ \(marker\)$/,
];

interface Setting {
  origin: string;
  browser: Browser;
  access: Granted<"integrator" | "dataFolders">;
  inspector: Inspector;
  ledger: Ledger;
}

/** Without statistics a meeting leaves what every meeting leaves; with them, one file of the documented shape. */
export const p6 = defineProof({
  promise: "P6",
  title: "analytics off writes nothing; on, who was there and what they did, of who agreed, and no content",
  needs: ["integrator", "dataFolders"],
  async carryOut({ origin, browser: open, access }, ledger) {
    await using inspector = new Inspector(access.dataFolders[0]);
    const setting: Setting = { origin, browser: await open(), access, inspector, ledger };
    await off(setting);
    await on(setting);
  },
});

async function off(setting: Setting): Promise<void> {
  const { ledger } = setting;
  const { left, typed, logs, sessionId } = await hold(setting, { analytics: false });
  const ours = left.filter((line) => !isAlwaysThere(line));
  const always = left.length - ours.length;
  ledger.note(
    "off: every store before and after a meeting",
    ours.length === 0 && always > 0,
    ours.length > 0 ? `left: ${describe(ours)}` : `nothing but ${always} lines that every meeting leaves`,
  );
  const found = findForms(left.join("\n"), typed.flatMap(textForms));
  ledger.note(
    "off: names, messages and files in what every meeting leaves",
    found.length === 0,
    `${found.length} found`,
  );
  if (logs !== null) ledger.noteControl("off: the logs hold the session's id", finds(logs, [sessionId]) > 0, "found");
  noteLogs(setting, "off", logs, typed);
}

async function on(setting: Setting): Promise<void> {
  const { ledger, access } = setting;
  const { left, typed, said, names, absent, wasNoted, isForgotten, roomId, logs } = await hold(setting, {
    analytics: true,
  });
  const ours = left.filter((line) => !isAlwaysThere(line));
  const hasFile = ours.length === 1 && /^row of artifacts: .*"type":"ANALYTICS"/.test(ours[0] ?? "");
  ledger.noteControl("on: the comparison of stores sees the file, and nothing else", hasFile, describe(ours));

  const { management } = access.integrator;
  const { result } = await management.demand("/analytics/fetch", { room_ids: [roomId] });
  const [{ file_id } = { file_id: "" }] = (result as { analytics_list: { file_id: string }[] }).analytics_list;
  const { token } = await management.demand("/analytics/getDownloadToken", { file_id });
  const text = await (await fetch(`${setting.origin}/download/analytics/${String(token)}`)).text();
  await ledger.part("on: the file has the documented shape, and nothing beside", [], access, async () => {
    const { data: file, error } = analyticsFileSchema.safeParse(JSON.parse(text));
    if (!file) return { holds: false, evidence: error.issues.map(({ message }) => message).join("; ") };
    return { holds: tellsOf(file, names), evidence: describeFile(file) };
  });
  const planted = `${text.slice(0, -2)},"${said[0]}":1}`;
  ledger.noteControl("on: a word that was planted in the file is found", finds(planted, said) > 0, "found");
  ledger.noteControl("on: and would not pass for its shape", !hasShape(planted), "refused");
  ledger.noteControl("on: names of who agreed are found in it", finds(text, names) > 0, "found");
  ledger.note("on: messages, file names and contents in it", finds(text, said) === 0, `${finds(text, said)} found`);
  const where = (isFound: boolean) => (isFound ? "found in nats-server" : "not found");
  ledger.noteControl("on: who leaves them later is noted before", wasNoted, where(wasNoted));
  ledger.note("on: nothing is noted of who left them, also of what they do then", isForgotten, where(!isForgotten));
  const inFile = finds(text, absent);
  const anywhere = finds(left.join("\n"), absent);
  ledger.note(
    "on: who declined and who left them is not in it, and in no store",
    inFile + anywhere === 0,
    `${inFile} and ${anywhere} found`,
  );
  noteLogs(setting, "on", logs, typed);
}

/** A meeting of four, one of whom declines where that is asked and one leaves the statistics, and what it left in the stores. */
async function hold(setting: Setting, { analytics }: { analytics: boolean }) {
  const { origin, browser, access, inspector } = setting;
  const { management } = access.integrator;
  const before = await readStores(access.dataFolders, inspector);
  const running = await holdMeeting(browser, origin, management, { encrypted: false, analytics });
  await using meeting: RunningMeeting = running;
  const { host, guest, roomId, sessionId, typed } = meeting;
  const enter = async (name: string, inStatistics: boolean) =>
    Meeting.join({
      origin,
      credential: { kind: "token", token: await newToken(management, roomId, { name }) },
      media: null,
      analytics: inStatistics,
      fetch: new CookieJar().fetch,
    });
  const [decliner, leaver, said] = [canary("decliner"), canary("leaver"), canary("said")];
  await using third = await enter(decliner, false);
  await using fourth = await enter(leaver, analytics);
  for (const each of [third, fourth]) await each.chat.send(said);
  host.meeting.reactions.send("clap");
  for (const each of [guest.meeting, third, fourth]) await each.hand.raise();
  const isNoted = async () => (await inspector.look()).entries.some(isActivityOf(fourth.info.participantId));
  // Nobody waits for what is noted.
  const wasNoted =
    analytics &&
    (await until("somebody is noted", goneMs, isNoted).then(
      () => true,
      () => false,
    ));
  await fourth.statistics.leave();
  await fourth.chat.send(said);
  await fourth.hand.lower();
  await fourth.hand.raise();
  const isForgotten = !(await isNoted());
  await management.demand("/room/endRoom", { room_id: roomId });
  await until("the meeting is gone", goneMs, async () => {
    const { entries } = await inspector.look();
    return entries.every(({ key, value }) => !key.includes(sessionId) && !(value ?? "").includes(sessionId));
  });
  // Whoever was disconnected is off nats-server's list of connections a moment later.
  await delay(500);
  const [hostName = "", guestName = "", ...content] = typed;
  return {
    left: differences(before, await readStores(access.dataFolders, inspector)),
    typed: [...typed, decliner, leaver, said],
    said: [...content, said],
    names: [hostName, guestName],
    absent: [decliner, leaver, third.info.participantId, fourth.info.participantId],
    wasNoted,
    isForgotten,
    roomId,
    sessionId,
    logs: access.logs?.() ?? null,
  };
}

function noteLogs({ ledger, access }: Setting, when: string, written: string | null, typed: string[]): void {
  if (written === null || !ledger.hasAccess(`${when}: the logs`, ["logs"], access)) return;
  const found = finds(written, typed);
  ledger.note(`${when}: names and messages in the logs`, found === 0, `${found} in ${written.length} characters`);
}

function isAlwaysThere(line: string): boolean {
  return alwaysThere.some((pattern) => pattern.test(line.replace(/^no longer: (?=entry of )/, "")));
}

/** An entry of what is noted of somebody; not the marker of one that was removed. */
function isActivityOf(participantId: string) {
  return ({ bucket, key, value }: EngineState["entries"][number]) =>
    bucket === "activity" && key.endsWith(participantId) && value !== null;
}

function finds(text: string, words: readonly string[]): number {
  return findForms(text, words.flatMap(textForms)).length;
}

function hasShape(text: string): boolean {
  return analyticsFileSchema.safeParse(JSON.parse(text)).success;
}

/** Of exactly these people, of whom there were two more. */
function tellsOf({ room, users }: AnalyticsFile, names: readonly string[]): boolean {
  const told = users.map(({ name }) => name).toSorted();
  return JSON.stringify(told) === JSON.stringify(names.toSorted()) && room.room_total_users === "4";
}

function describeFile({ room, users }: AnalyticsFile): string {
  const told = users.map(({ events }) => events.map(({ name, total }) => `${name} ${total}`).join(", "));
  return `${users.length} of ${room.room_total_users} people: ${told.join("; ")}`;
}

/** What kinds of things they are; they hold ids and names. */
function describe(lines: readonly string[]): string {
  const kinds = lines.map((line) => line.replace(/^((?:no longer: )?\w+ (?:of \w+)?).*$/s, "$1").trim());
  return (
    [...Map.groupBy(kinds, (kind) => kind)].map(([kind, { length }]) => `${length} ${kind}`).join(", ") || "nothing"
  );
}
