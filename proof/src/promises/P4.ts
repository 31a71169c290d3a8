import { CookieJar } from "@sotto/dev-env";
import type { Browser } from "playwright-core";
import type { Granted } from "../Installation.ts";
import { sightings } from "../inspect/EngineState.ts";
import { Inspector } from "../inspect/Inspector.ts";
import type { Ledger } from "../Ledger.ts";
import { tryCredentials, type Credentials, type Outcomes } from "../meetings/credentials.ts";
import { holdGuestMeeting, holdMeeting, until, type RunningMeeting } from "../meetings/meetings.ts";
import { defineProof } from "../Proof.ts";
import { filesOnDisk, tryReceipt, type Expected } from "../receipts/tryReceipt.ts";
import { join, newToken } from "../rooms.ts";
import { describeSearch, findForms, searchFolders } from "../search/findForms.ts";
import { textForms } from "../search/secretForms.ts";

/** How soon after a meeting is over nothing of it may be left. */
const goneMs = 3_000;
const empty = "empty";
/** Markers of removed keys tell other nodes of the removal, and name the room until then. */
const markersMs = 45_000;

/**
 * After a meeting nothing of it is left in the engines, in the data folder or in the logs, no credential works, and the
 * receipt says just that.
 */
export const p4 = defineProof({
  promise: "P4",
  title: "when a meeting ends, nothing of it is left",
  needs: ["integrator", "dataFolders"],
  async carryOut({ origin, browser: open, access }, ledger) {
    const browser = await open();
    await using inspector = new Inspector(access.dataFolders[0]);
    const setting: Setting = { origin, browser, access, inspector, ledger };
    const ended = await Promise.all([endedByHost(setting), endedByApi(setting), endedByItself(setting)]);
    const meetings = ended.filter((meeting) => meeting !== null);
    const texts = meetings.flatMap(({ ids }) => ids);

    await ledger.part("markers of removed keys", [], access, async () => {
      let markers = 0;
      const waitedMs = await until("the markers are gone", markersMs, async () => {
        const { entries } = await inspector.look();
        const left = entries.filter(({ key }) => texts.some((text) => key.includes(text))).length;
        markers = Math.max(markers, left);
        return left === 0;
      });
      return { holds: true, evidence: `${markers}, all gone after ${(waitedMs / 1000).toFixed(0)} s more` };
    });

    const typed = meetings.flatMap((meeting) => meeting.typed).flatMap(textForms);
    const known = meetings.map(({ sessionId }) => sessionId).flatMap(textForms);
    const folders = searchFolders(access.dataFolders, known);
    ledger.noteControl("the data folder holds the sessions' ids", folders.found.length > 0, describeSearch(folders));
    const search = searchFolders(access.dataFolders, typed);
    ledger.note("names and messages in the data folder", search.found.length === 0, describeSearch(search));
    await ledger.part("names and messages in the logs", ["logs"], access, async ({ logs }) => {
      const written = logs();
      ledger.noteControl("the logs hold the sessions' ids", findForms(written, known).length > 0, "found");
      const found = findForms(written, typed).length;
      return { holds: found === 0, evidence: `${found} found in ${written.length} characters` };
    });
  },
});

interface Setting {
  origin: string;
  browser: Browser;
  access: Granted<"integrator" | "dataFolders">;
  inspector: Inspector;
  ledger: Ledger;
}

/** In a room without end-to-end encryption: there the server could have written down what was said. */
async function endedByHost(setting: Setting): Promise<RunningMeeting> {
  const { browser, origin, access } = setting;
  const meeting = await holdMeeting(browser, origin, access.integrator.management, { encrypted: false });
  return end(setting, "ended by its host", meeting, goneMs, () => meeting.host.meeting.endForAll());
}

/** With a third person, whose credentials are tried while they are good. */
async function endedByApi(setting: Setting): Promise<RunningMeeting> {
  const { browser, origin, access, ledger } = setting;
  const { management } = access.integrator;
  const meeting = await holdMeeting(browser, origin, management, { encrypted: true });
  const cookies = new CookieJar();
  const answer = await join(origin, await newToken(management, meeting.roomId), cookies);
  const third: Credentials = { answer, cookies };
  const outcomes = await tryCredentials(origin, third);
  const accepted = valuesOf(outcomes).every((outcome) => outcome === "accepted");
  ledger.noteControl("credentials work while the meeting lasts", accepted, describeOutcomes(outcomes));
  const act = () => management.demand("/room/endRoom", { room_id: meeting.roomId });
  return end(setting, "ended by the API", meeting, goneMs, act, [third]);
}

async function endedByItself(setting: Setting): Promise<RunningMeeting | null> {
  const { browser, origin, access, ledger } = setting;
  if (!ledger.hasAccess(empty, ["emptyTimeoutMs"], access)) return null;
  const meeting = await holdGuestMeeting(browser, origin);
  return end(setting, empty, meeting, access.emptyTimeoutMs + goneMs, async () => {
    await Promise.all([meeting.host.meeting.leave(), meeting.guest.meeting.leave()]);
  });
}

/** Looks, ends the meeting with `act`, and looks until nothing is left or time is over. */
async function end(
  setting: Setting,
  how: string,
  meeting: RunningMeeting,
  limitMs: number,
  act: () => Promise<unknown>,
  others: readonly Credentials[] = [],
): Promise<RunningMeeting> {
  const { origin, access, inspector, ledger } = setting;
  await using running = meeting;
  const { ids, typed, host, guest, sessionId, sent } = running;
  const look = async () => sightings(await inspector.look(), [...ids, ...typed]);
  const before = await look();
  const kinds = ["stream", "entry in bucket rooms", "entry in bucket participants", "connection", "SFU room"];
  const missing = kinds.filter((kind) => !before.some((sighting) => sighting.startsWith(kind)));
  ledger.noteControl(`${how}: the inspection sees the meeting before`, missing.length === 0, describeSightings(before));

  const expected: Expected = {
    people: 2 + others.length,
    ...sent,
    files: filesOnDisk(access.dataFolders, sessionId),
    hostWasThere: how !== empty,
  };
  ledger.noteControl(
    `${how}: a file is on the disk before`,
    expected.files.count === 1,
    `${expected.files.bytes} bytes`,
  );

  await act();
  let left: string[] = before;
  const gone = async () => (left = await look()).length === 0;
  const waitedMs = await until("nothing is left", limitMs, gone).catch(() => null);
  ledger.note(
    `${how}: streams, consumers, entries, connections, SFU rooms`,
    waitedMs !== null,
    waitedMs === null
      ? `after ${limitMs} ms still ${describeSightings(left)}`
      : `nothing left, seen after ${waitedMs} ms`,
  );
  const tried = await Promise.all([host, guest, ...others].map((person) => tryCredentials(origin, person)));
  const refused = tried.flatMap((outcomes) => valuesOf(outcomes)).every((outcome) => outcome === "refused");
  ledger.note(`${how}: old credentials`, refused, tried.map(describeOutcomes).join("; "));
  const remaining = filesOnDisk(access.dataFolders, sessionId).count;
  ledger.note(`${how}: files`, remaining === 0, `${remaining} on the disk`);
  await tryReceipt(how, setting, running, expected);
  return running;
}

function describeSightings(found: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const sighting of found) counts.set(sighting, (counts.get(sighting) ?? 0) + 1);
  return [...counts].map(([sighting, count]) => `${count} ${sighting}`).join(", ") || "nothing";
}

function valuesOf({ connectionSecret, mediaToken, resumeCookie }: Outcomes) {
  return [connectionSecret, mediaToken, resumeCookie];
}

function describeOutcomes({ connectionSecret, mediaToken, resumeCookie }: Outcomes): string {
  return `connection secret ${connectionSecret}, media token ${mediaToken}, resume cookie ${resumeCookie}`;
}
