import { expect, test } from "vitest";
import { activateEpoch, beginEpoch, keysAfterLoss, newestEpoch, requestEpoch, type KeyRecord } from "./KeyRecord.ts";

const first: KeyRecord = {
  root: "root",
  epochs: [{ epoch: 0, secret: "first" }],
  skip: 0,
  begun: 1,
  current: 0,
  beganAt: 0,
  dueAt: 100_000,
  activateAt: null,
};

test("the newest 512 epochs are kept, each with a secret of its own, and numbers only rise", () => {
  let record = first;
  for (let count = 1; count <= 600; count++) record = beginEpoch(record, count, 1);
  expect(record.epochs.map(({ epoch }) => epoch)).toEqual(Array.from({ length: 512 }, (_, index) => 89 + index));
  expect(new Set(record.epochs.map(({ secret }) => secret)).size).toBe(512);
  expect([newestEpoch(record).epoch, record.begun]).toEqual([600, 601]);
  // It fits, with room to spare, into one message of any NATS that limits them to 64 KiB.
  expect(JSON.stringify(record).length).toBeLessThan(48 * 1024);
});

test("after a loss of NATS the next epoch comes soon, with a number that nobody has used; the one after it counts on", () => {
  const after = keysAfterLoss(first, 1_000);
  expect([after.dueAt, keysAfterLoss({ ...first, dueAt: 2_000 }, 1_000).dueAt]).toEqual([16_000, 2_000]);
  const next = beginEpoch(after, 2_000, 50_000);
  expect(next).toMatchObject({ skip: 0, begun: 2, current: 0, beganAt: 2_000, dueAt: 52_000, activateAt: 3_000 });
  expect([newestEpoch(next).epoch, newestEpoch(beginEpoch(next, 3_000, 50_000)).epoch]).toEqual([17, 18]);
});

test("what is sent under only rises, and a newer epoch goes on being staged meanwhile", () => {
  const staged = beginEpoch(beginEpoch(first, 1_000, 1), 1_500, 1);
  const one = activateEpoch(staged, 1);
  expect([one.current, one.activateAt]).toEqual([1, 2_500]);
  const two = activateEpoch(one, 2);
  expect([two.current, two.activateAt]).toEqual([2, null]);
  expect(activateEpoch(two, 1)).toBe(two);
});

test("an epoch may be asked for earlier than it is due, never later", () => {
  expect(requestEpoch(first, 5_000).dueAt).toBe(5_000);
  expect(requestEpoch(first, 200_000)).toBe(first);
});
