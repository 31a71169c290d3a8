import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Meeting } from "@sotto/client";
import { CookieJar } from "@sotto/dev-env";
import type { Page } from "playwright-core";
import { press, write } from "../canaries/meetingPage.ts";
import { unquoteTrace } from "../canaries/unquoteTrace.ts";
import {
  chooseRetention,
  forget,
  OwnBrowser,
  storedRows,
  storeInClear,
  type StoredRows,
} from "../history/OwnBrowser.ts";
import { Inspector } from "../inspect/Inspector.ts";
import type { Granted } from "../Installation.ts";
import type { Ledger } from "../Ledger.ts";
import { until } from "../meetings/meetings.ts";
import { defineProof } from "../Proof.ts";
import { canary, createRoom, newRoomId, newToken } from "../rooms.ts";
import { describeSearch, findForms, searchFolders } from "../search/findForms.ts";
import { textForms, wideTextForms } from "../search/secretForms.ts";

const waitMs = 30_000;
type Access = Granted<"integrator">;

/** What was said in a meeting, to everybody and to one. */
interface Said {
  publicly: string;
  privately: string;
}
const textsOf = ({ publicly, privately }: Said) => [publicly, privately];

/** What a browser keeps of its chats is sealed on its disk, comes back, is gone when it is to be, and is nobody else's. */
export const p5 = defineProof({
  promise: "P5",
  title: "the chat's history belongs to the person's own browser",
  needs: ["integrator"],
  async carryOut({ origin, access }, ledger) {
    const said: Said[] = [await keptAndSearched(origin, access, ledger), await keptNowhere(origin, access, ledger)];
    const forms = said.flatMap(textsOf).flatMap(textForms);
    await ledger.part("the server's data folders, after the end", ["dataFolders"], access, async ({ dataFolders }) => {
      const search = searchFolders(dataFolders, forms);
      return { holds: search.found.length === 0, evidence: describeSearch(search) };
    });
    await ledger.part("the server's logs", ["logs"], access, async ({ logs }) => {
      const found = findForms(logs(), forms);
      return { holds: found.length === 0, evidence: `${found.length} found in ${logs().length} characters` };
    });
    await ledger.part("what nats-server relayed", ["engineTraces"], access, async ({ engineTraces }) => {
      const trace = unquoteTrace(readFileSync(join(engineTraces, "nats-server.log")));
      const found = findForms(trace, forms);
      return {
        holds: found.length === 0,
        evidence: `${found.length} found in ${(trace.length / 1024).toFixed(0)} KiB`,
      };
    });
  },
});

/** Kept: sealed on the disk, back after a reload and in a later meeting, gone when it is forgotten. */
async function keptAndSearched(origin: string, access: Access, ledger: Ledger): Promise<Said> {
  const { management } = access.integrator;
  const roomId = newRoomId();
  const said: Said = { publicly: canary("publicly"), privately: canary("privately") };
  const [inStorage, inRecord] = [canary("storage"), canary("record")];
  await using browser = new OwnBrowser();

  await createRoom(management, { roomId, encrypted: true });
  const page = await browser.join(origin, await newToken(management, roomId, { name: "Ada" }));
  await using ben = await joinFromNode(origin, await newToken(management, roomId, { name: "Ben" }));
  await chooseRetention(page, "30 days");
  await sayBoth(page, ben, said);
  await until("it is stored", waitMs, async () => (await storedRows(page)).records === 3);
  const kept = await storedRows(page);

  await page.reload();
  await press(page, "Chat");
  await ledger.part("after a reload it is there, once", [], access, async () => {
    const times = await timesShown(page, said);
    return { holds: times.every((count) => count === 1), evidence: `shown ${times.join(" and ")} times` };
  });

  await storeInClear(page, inStorage, inRecord);
  await browser.close();
  const control = browser.search([inStorage, inRecord].flatMap(wideTextForms));
  const [seenInStorage, seenInRecord] = [inStorage, inRecord].map(
    (text) => browser.search(wideTextForms(text)).found.length,
  );
  ledger.noteControl(
    "what a page stores in clear is found in the profile",
    seenInStorage !== 0 && seenInRecord !== 0,
    `localStorage ${seenInStorage}, a record ${seenInRecord}; ${describeSearch(control)}`,
  );
  const search = browser.search(textsOf(said).flatMap(wideTextForms));
  ledger.note(
    "nothing that was said is in the profile on the disk",
    search.found.length === 0 && kept.records === 3,
    `${kept.records} records stored; ${describeSearch(search)}`,
  );

  await endRoom(access, roomId, ledger);
  await createRoom(management, { roomId, encrypted: true });
  const later = await browser.join(origin, await newToken(management, roomId, { name: "Ada" }));
  await ledger.part("in a later meeting, without the server, a search finds it", [], access, async () => {
    const found = await foundBySearch(later, said);
    return { holds: found === 2, evidence: `${found} of 2 messages of the meeting before` };
  });

  const again: Said = { publicly: canary("again"), privately: "" };
  await write(later, again.publicly);
  await log(later).getByText(again.publicly).waitFor({ timeout: waitMs });
  await until("it is stored", waitMs, async () => (await storedRows(later)).records === 4);
  await forget(later, "Forget this meeting's chat");
  await ledger.part("forgotten, it is gone from the page and its record is deleted", [], access, async () => {
    await log(later).getByText(again.publicly).waitFor({ state: "detached", timeout: waitMs });
    const rows = await storedRows(later);
    await later.reload();
    await press(later, "Chat");
    await write(later, "after");
    await log(later).getByText("after").waitFor({ timeout: waitMs });
    const shown = await log(later).getByText(again.publicly).count();
    return {
      holds: rows.records === 3 && shown === 0,
      evidence: `${rows.records} records left, of the meeting before; shown ${shown} times after a reload`,
    };
  });
  await forget(later, "Forget all chats");
  await ledger.part("all of it forgotten, nothing is left", [], access, async () => {
    const rows = await storedRows(later);
    const found = await foundBySearch(later, said);
    return { holds: rows.records === 0 && found === 0, evidence: `${describeRows(rows)}; a search finds ${found}` };
  });
  await endRoom(access, roomId, ledger);
  return said;
}

/** Not kept: no record at all. And kept for the meeting: none after it. */
async function keptNowhere(origin: string, access: Access, ledger: Ledger): Promise<Said> {
  const { management } = access.integrator;
  const said: Said = { publicly: canary("publicly"), privately: canary("privately") };
  const roomId = await createRoom(management, { encrypted: true });
  await using browser = new OwnBrowser();
  const page = await browser.join(origin, await newToken(management, roomId, { name: "Ada" }));
  await using ben = await joinFromNode(origin, await newToken(management, roomId, { name: "Ben" }));
  await chooseRetention(page, "Not at all");
  await sayBoth(page, ben, said);
  const rows = await storedRows(page);
  ledger.note(
    "with nothing to be kept, nothing is stored",
    describeRows(rows) === describeRows(none),
    describeRows(rows),
  );

  await chooseRetention(page, "Until the meeting ends");
  const last = canary("last");
  await page.getByRole("tab", { name: /^Everybody/ }).click({ timeout: waitMs });
  await write(page, last);
  await until("it is stored", waitMs, async () => (await storedRows(page)).records === 1);
  await endRoom(access, roomId, ledger);
  await page.getByRole("heading", { level: 1, name: "The meeting is over" }).waitFor({ timeout: waitMs });
  await ledger.part("kept until the meeting ends, it is gone after it", [], access, async () => {
    const waitedMs = await until("the records are gone", waitMs, async () => (await storedRows(page)).records === 0);
    return { holds: true, evidence: `${describeRows(await storedRows(page))}, seen after ${waitedMs} ms` };
  });
  await browser.close();
  const search = browser.search([...textsOf(said), last].flatMap(wideTextForms));
  ledger.note("nothing that was said is in that profile either", search.found.length === 0, describeSearch(search));
  return said;
}

/** Ends a meeting, and looks whether the server kept a stream of it. */
async function endRoom(access: Access, roomId: string, ledger: Ledger): Promise<void> {
  await access.integrator.management.demand("/room/endRoom", { room_id: roomId });
  await ledger.part("after the end no stream is left", ["dataFolders"], access, async ({ dataFolders }) => {
    await using inspector = new Inspector(dataFolders[0]);
    const sessionStreams = async () => {
      const { streams } = await inspector.look();
      return streams.filter(({ name }) => /^[SD]_/.test(name)).length;
    };
    const waitedMs = await until("the streams are gone", waitMs, async () => (await sessionStreams()) === 0);
    return { holds: true, evidence: `none, seen after ${waitedMs} ms` };
  });
}

/** Ada says one thing to everybody and one to Ben, who gets both. */
async function sayBoth(page: Page, ben: Meeting, { publicly, privately }: Said): Promise<void> {
  await write(page, publicly);
  await ben.chat.send("Hello"); // so that Ada sees that what she wrote went before
  await log(page).getByText("Hello").waitFor({ timeout: waitMs });
  await press(page, "People");
  await page.getByRole("button", { name: "Message Ben privately" }).click({ timeout: waitMs });
  await write(page, privately, "Private message to Ben");
  const heard = () => ben.privateChats.get().flatMap(({ chat }) => chat.messages.get());
  await until("Ben has both", waitMs, async () =>
    [ben.chat.messages.get(), heard()].every((messages, index) =>
      messages.some(({ text }) => text === [publicly, privately][index]),
    ),
  );
}

/** How often each of the two is shown, in its conversation. */
async function timesShown(page: Page, { publicly, privately }: Said): Promise<[number, number]> {
  await log(page).getByText(publicly).first().waitFor({ timeout: waitMs });
  const inPublic = await log(page).getByText(publicly).count();
  await page.getByRole("tab", { name: "Private with Ben" }).click({ timeout: waitMs });
  const conversation = page.getByRole("log", { name: "Private with Ben" });
  await conversation.getByText(privately).first().waitFor({ timeout: waitMs });
  return [inPublic, await conversation.getByText(privately).count()];
}

/** How many of the two a search in the chat finds. */
async function foundBySearch(page: Page, said: Said): Promise<number> {
  await page.getByRole("button", { name: "Search the chat" }).click({ timeout: waitMs });
  let found = 0;
  for (const text of textsOf(said)) {
    await page.getByRole("searchbox", { name: "Search the chat" }).fill(text);
    await page.getByText(/^(Nothing found|\d+ messages?)$/).waitFor({ timeout: waitMs });
    const results = page.getByRole("list", { name: "Messages found" });
    // What is remembered comes a moment after the search opened.
    await results
      .getByText(text)
      .first()
      .waitFor({ timeout: 3_000 })
      .catch(() => undefined);
    found += await results.getByText(text).count();
  }
  await page.getByRole("button", { name: "Close the search" }).click();
  return found;
}

function log(page: Page) {
  return page.getByRole("log", { name: "Messages" });
}

const none: StoredRows = { root: 0, seats: 0, records: 0 };

function describeRows({ root, seats, records }: StoredRows): string {
  return `${root} keys, ${seats} meetings, ${records} records`;
}

function joinFromNode(origin: string, token: string): Promise<Meeting> {
  return Meeting.join({ origin, credential: { kind: "token", token }, media: null, fetch: new CookieJar().fetch });
}
