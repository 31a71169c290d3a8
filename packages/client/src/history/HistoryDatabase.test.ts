import "fake-indexeddb/auto";
import { createHistoryRoot } from "@sotto/e2ee";
import { IDBFactory } from "fake-indexeddb";
import { expect, test } from "vitest";
import { HistoryDatabase, type SeatRow } from "./HistoryDatabase.ts";

const row = (rootId: string): SeatRow => ({
  seat: "seat",
  room: "room",
  rootId,
  lastAt: 1,
  forgottenUntil: 0,
  about: new Uint8Array(1),
});
const record = { seat: "seat", recordId: "record", sealed: new Uint8Array(1) };

test("nothing is written under a root that is not the stored one any more, between whichever two reads it changed", async () => {
  const database = await HistoryDatabase.open(new IDBFactory());
  const [first, second] = [await createHistoryRoot(), await createHistoryRoot()];
  expect((await database.claimRoot(first.stored)).id).toBe(first.root.id);
  expect((await database.claimRoot(second.stored)).id, "the first one stays").toBe(first.root.id);
  expect(await database.write(row(first.root.id), [record])).toBe(true);
  const rows = await database.all();
  expect(await database.replaceRoot(second.root.id, second.stored, rows)).toBe(false);
  expect(await database.replaceRoot(first.root.id, second.stored, rows)).toBe(true);
  expect(await database.write(row(first.root.id), [{ ...record, recordId: "other" }])).toBe(false);
  expect(await database.write({ ...row(second.root.id), forgottenUntil: 7 }, [])).toBe(true);
  expect(await database.write(row(second.root.id), [])).toBe(true);
  expect(await database.seat("seat")).toMatchObject({ row: { forgottenUntil: 7 }, records: [record] });
  await database.forgetSeats(["seat"]);
  expect(await database.all()).toEqual({ seats: [], records: [] });
  await database.clear();
  expect(await database.root()).toBeNull();
  expect(await database.write(row(second.root.id), [record])).toBe(false);
});
