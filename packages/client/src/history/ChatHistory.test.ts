import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";
import { beforeEach, describe, expect, test } from "vitest";
import { chatMessageOf } from "../chat/chatMessageOf.ts";
import type { ChatMessage } from "../chat/ChatMessage.ts";
import { ChatHistory } from "./ChatHistory.ts";
import type { MeetingHistory } from "./MeetingHistory.ts";
import type { Retention } from "./Retention.ts";

const ada = "p_AAAAAAAAAAAAAAAA";
const ben = "p_BBBBBBBBBBBBBBBB";
const seat = { sessionId: "AAAAAAAAAAAAAAAAAAAAAA", participantId: ada, roomId: "room" };

let factory: IDBFactory;
beforeEach(() => {
  factory = new IDBFactory();
});

const open = (retention: Retention = "meeting") => new ChatHistory({ factory, retention });
const message = (text: string, changes: Partial<ChatMessage> = {}): ChatMessage => ({
  ...chatMessageOf(
    { id: `${ben}/${text}`, participantId: ben, text, sentAt: 1_000 },
    { selfId: ada, nameOf: () => "Ben" },
  ),
  ...changes,
});
const recalled = async (meeting: MeetingHistory, peerId: string | null = null) =>
  (await meeting.recall(peerId)).messages.map(({ text }) => text);

/** What lies in the database, read without any of the code under test. */
async function stored(): Promise<Record<string, unknown[]>> {
  const database = await new Promise<IDBDatabase>((resolve, reject) => {
    const request = factory.open("sotto.history");
    request.addEventListener("success", () => resolve(request.result));
    request.addEventListener("error", () => reject(new Error("cannot be opened")));
  });
  const names = [...database.objectStoreNames];
  const all = names.map(
    (name) =>
      new Promise<unknown[]>((resolve) => {
        const request = database.transaction(name).objectStore(name).getAll();
        request.addEventListener("success", () => resolve(request.result as unknown[]));
      }),
  );
  const rows = await Promise.all(all);
  database.close();
  return Object.fromEntries(names.map((name, index) => [name, rows[index] ?? []]));
}
const counts = async () => Object.values(await stored()).map((rows) => rows.length);
const bytesOf = (value: unknown): string =>
  value instanceof Uint8Array
    ? Buffer.from(value).toString("latin1")
    : typeof value === "object" && value !== null
      ? Object.entries(value)
          .map(([key, each]) => key + bytesOf(each))
          .join()
      : String(value);

describe("ChatHistory", () => {
  test("brings a meeting's messages back after a reload, each with what became of it, by conversation and in order", async () => {
    const before = open().meeting(seat);
    before.keep(null, message("b"));
    before.keep(null, message("a"));
    before.keep(null, message("earlier", { sentAt: 900 }));
    before.keep(ben, message("between us"));
    before.keep(null, message("b", { text: "b, better", changedAt: 2_000 }));
    await before.end("connection_lost");

    const after = open().meeting(seat);
    expect(await recalled(after)).toEqual(["earlier", "b, better", "a"]);
    expect(await after.peers()).toEqual([ben]);
    expect(await after.recall(ben)).toEqual({ messages: [message("between us")], forgottenUntil: 0 });
  });

  test("belongs to one participant of one session: another tab, another meeting find nothing", async () => {
    const history = open("7days");
    const one = history.meeting(seat);
    one.keep(null, message("mine"));
    await one.end("left");
    const others = [
      { ...seat, participantId: ben },
      { ...seat, sessionId: "BAAAAAAAAAAAAAAAAAAAAA" },
    ];
    for (const other of others) {
      const meeting = history.meeting(other);
      expect(await recalled(meeting)).toEqual([]);
      // Of the same room it is found by a search, and of another room not.
      expect((await meeting.earlier()).map((each) => each.message.text)).toEqual(["mine"]);
    }
    expect(await history.meeting({ ...seat, roomId: "elsewhere", participantId: ben }).earlier()).toEqual([]);
  });

  test("stores neither words nor names nor ids in clear, and the key cannot be read", async () => {
    const meeting = open().meeting(seat);
    meeting.keep(ben, message("CANARY", { name: "Benedetta" }));
    await meeting.end("connection_lost");
    const { root, ...rows } = await stored();
    expect(root).toMatchObject([{ protection: "open", key: { extractable: false, algorithm: { name: "HKDF" } } }]);
    const text = bytesOf(rows);
    expect(rows["records"]).toHaveLength(1);
    for (const word of ["CANARY", "Benedetta", ada, ben, seat.sessionId, '"room"']) expect(text).not.toContain(word);
    expect(text).toContain("sealed");
  });

  test.each([
    ["left", 0],
    ["ended_by_host", 0],
    ["removed", 0],
    ["connection_lost", 1],
    ["replaced", 1],
  ] as const)("kept for the meeting, after %s there is %i", async (reason, count) => {
    const meeting = open("meeting").meeting(seat);
    meeting.keep(null, message("x"));
    await meeting.end(reason);
    expect((await stored())["records"]).toHaveLength(count);
  });

  test("with nothing to be kept there is no record at all, and what there was is gone", async () => {
    const history = open("nothing");
    const meeting = history.meeting(seat);
    meeting.keep(null, message("x"));
    await meeting.end("connection_lost");
    expect(await counts()).toEqual([0, 0, 0]);

    await history.setRetention("30days");
    const next = history.meeting(seat);
    next.keep(null, message("y"));
    await next.end("left");
    expect(await counts()).toEqual([1, 1, 1]);
    await history.setRetention("nothing");
    expect(await counts()).toEqual([0, 0, 0]);
  });

  test("forgets what is too old when it starts, and what is not stays", async () => {
    const day = 24 * 60 * 60_000;
    const meeting = open("30days").meeting(seat);
    meeting.keep(null, message("x"));
    await meeting.end("left");
    for (const [retention, ageDays, count] of [
      ["30days", 29, 1],
      ["7days", 6, 1],
      ["7days", 8, 0],
    ] as const) {
      await age(ageDays * day);
      const next = open(retention).meeting(seat);
      expect(await recalled(next)).toHaveLength(count);
    }
  });

  test("forgotten is forgotten: on the page, in the database, and when the server delivers it again", async () => {
    const history = open("7days");
    const meeting = history.meeting(seat);
    const events: string[] = [];
    meeting.subscribe((event) => events.push(event));
    meeting.keep(null, message("x", { sentAt: 5_000 }));
    await meeting.forget();
    expect(events).toEqual(["forgotten"]);
    expect((await stored())["records"]).toEqual([]);
    meeting.keep(null, message("after", { sentAt: 6_000 }));
    await meeting.end("connection_lost");
    const again = open("7days").meeting(seat);
    expect(await again.recall(null)).toMatchObject({ messages: [{ text: "after" }], forgottenUntil: 5_000 });

    await history.forgetEverything();
    expect(await counts()).toEqual([0, 0, 0]);
  });

  test("two tabs keep both what they have, under one root, and one forgets for both", async () => {
    const [one, other] = [open("7days"), open("7days")];
    const mine = one.meeting(seat);
    const theirs = other.meeting({ ...seat, participantId: ben });
    mine.keep(null, message("mine"));
    theirs.keep(null, message("theirs"));
    await Promise.all([mine.end("replaced"), theirs.end("replaced")]);
    expect(await counts()).toEqual([2, 1, 2]);
    await one.forgetEverything();
    expect(await counts()).toEqual([0, 0, 0]);
    const later = other.meeting(seat);
    later.keep(null, message("later"));
    await later.end("replaced");
    expect(await recalled(open("7days").meeting(seat))).toEqual(["later"]);
  });

  test("what one tab forgets, the others show no longer", async () => {
    const [here, there] = [new BroadcastChannel("test"), new BroadcastChannel("test")];
    const one = new ChatHistory({ factory, retention: "7days", tabs: here });
    const theirs = new ChatHistory({ factory, retention: "7days", tabs: there }).meeting(seat);
    const events: string[] = [];
    theirs.subscribe((event) => events.push(event));
    theirs.keep(null, message("x"));
    await one.forgetEverything();
    await expect.poll(() => events).toEqual(["forgotten"]);
    expect((await stored())["records"]).toEqual([]);
    here.close();
    there.close();
  });

  test("what was changed or put elsewhere in the database is not recalled", async () => {
    const meeting = open("7days").meeting(seat);
    for (const text of ["a", "b", "c"]) meeting.keep(null, message(text));
    await meeting.end("left");
    await change((records) => {
      const [first, second] = records as [{ sealed: Uint8Array }, { sealed: Uint8Array }];
      const moved = first.sealed;
      first.sealed = second.sealed.with(20, (second.sealed[20] ?? 0) ^ 1);
      second.sealed = moved;
    });
    expect(await recalled(open("7days").meeting(seat))).toHaveLength(1);
  });

  test("where the browser has no storage, it says so and nothing fails", async () => {
    const broken = {
      open: () => {
        throw new DOMException("", "SecurityError");
      },
    } as unknown as IDBFactory;
    for (const none of [undefined, broken]) {
      const history = new ChatHistory({ factory: none, retention: "7days" });
      const meeting = history.meeting(seat);
      meeting.keep(null, message("x"));
      expect(await recalled(meeting)).toEqual([]);
      await meeting.forget();
      await history.forgetEverything();
      await expect(history.setPin("123456")).rejects.toMatchObject({ code: "not_allowed" });
      expect(history.state.get().storage).toBe("unavailable");
    }
  });
});

describe("with a PIN", () => {
  test("everything is under it from then on, and a page without it recalls and keeps nothing until it has it", async () => {
    const history = open("7days");
    const meeting = history.meeting(seat);
    meeting.keep(null, message("before"));
    await history.setPin("correct horse");
    expect(history.state.get().protection).toBe("unlocked");
    meeting.keep(null, message("with it"));
    await meeting.end("connection_lost");
    expect((await stored())["root"]).toMatchObject([{ protection: "pin" }]);
    expect(JSON.stringify((await stored())["root"])).not.toContain("key");

    const locked = open("7days");
    const again = locked.meeting(seat);
    const events: string[] = [];
    again.subscribe((event) => events.push(event));
    expect(await recalled(again)).toEqual([]);
    expect(locked.state.get().protection).toBe("locked");
    again.keep(null, message("meanwhile", { sentAt: 2_000 }));
    await expect(locked.setPin(null)).rejects.toMatchObject({ code: "not_allowed" });
    expect(await locked.unlock("wrong horse")).toBe(false);
    expect(await locked.unlock(" ")).toBe(false);
    expect((await stored())["records"]).toHaveLength(2);

    expect(await locked.unlock("correct horse")).toBe(true);
    expect(events).toEqual(["recalled"]);
    expect(await recalled(again)).toEqual(["before", "with it"]);
    await again.end("connection_lost");

    await locked.setPin(null);
    expect(locked.state.get().protection).toBe("none");
    expect(await recalled(open("7days").meeting(seat))).toEqual(["before", "with it", "meanwhile"]);
  });

  test("set in one tab, another that lacks it writes nothing more in clear reach", async () => {
    const [one, other] = [open("7days"), open("7days")];
    const theirs = other.meeting(seat);
    theirs.keep(null, message("a"));
    await theirs.end("connection_lost");
    await one.setPin("correct horse");
    const still = other.meeting(seat);
    still.keep(null, message("b"));
    await still.end("connection_lost");
    expect((await stored())["records"]).toHaveLength(1);
    expect(other.state.get().protection).toBe("locked");
    expect(await other.unlock("correct horse")).toBe(true);
    expect(await recalled(other.meeting(seat))).toEqual(["a"]);
  });

  test("that was forgotten, everything can be forgotten", async () => {
    await open("7days").setPin("correct horse");
    const locked = open("7days");
    await locked.forgetEverything();
    expect(locked.state.get().protection).toBe("none");
    const meeting = locked.meeting(seat);
    meeting.keep(null, message("x"));
    await meeting.end("connection_lost");
    expect(await recalled(open("7days").meeting(seat))).toEqual(["x"]);
  });
});

/** Everything becomes that much older. */
function age(byMs: number): Promise<void> {
  return edit("seats", (rows) => {
    for (const row of rows as { lastAt: number }[]) row.lastAt = Date.now() - byMs;
  });
}

function change(work: (records: object[]) => void): Promise<void> {
  return edit("records", work);
}

function edit(store: string, work: (rows: object[]) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = factory.open("sotto.history");
    request.addEventListener("error", () => reject(new Error("cannot be opened")));
    request.addEventListener("success", () => {
      const transaction = request.result.transaction(store, "readwrite");
      const all = transaction.objectStore(store).getAll();
      all.addEventListener("success", () => {
        const rows = all.result as object[];
        work(rows);
        for (const row of rows) transaction.objectStore(store).put(row);
      });
      transaction.addEventListener("complete", () => {
        request.result.close();
        resolve();
      });
    });
  });
}
