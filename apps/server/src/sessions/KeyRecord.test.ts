import { expect, test } from "vitest";
import { beginEpoch, newestEpoch, type KeyRecord } from "./KeyRecord.ts";

test("the newest 512 epochs are kept, each with a secret of its own, and numbers only rise", () => {
  let record: KeyRecord = {
    root: "root",
    epochs: [{ epoch: 0, secret: "first" }],
    skip: 0,
    begun: 1,
    current: 0,
    beganAt: 0,
    dueAt: 1,
    activateAt: null,
  };
  for (let count = 1; count <= 600; count++) record = beginEpoch(record, count, 1);
  expect(record.epochs.map(({ epoch }) => epoch)).toEqual(Array.from({ length: 512 }, (_, index) => 89 + index));
  expect(new Set(record.epochs.map(({ secret }) => secret)).size).toBe(512);
  expect([newestEpoch(record).epoch, record.begun]).toEqual([600, 601]);
  // It fits, with room to spare, into one message of any NATS that limits them to 64 KiB.
  expect(JSON.stringify(record).length).toBeLessThan(48 * 1024);
});
