import { describe, expect, it } from "vitest";
import { newActivity, noteCount, noteJoined, noteLeft, noteReport, type ActivityRecord } from "./ActivityRecord.ts";
import type { ParticipantRecord } from "../sessions/ParticipantRecord.ts";

const person = {
  userId: "ada",
  name: "Ada",
  role: "host",
  metadata: JSON.stringify({ ex_user_id: "7", extra_data: { course: "maths" } }),
} as ParticipantRecord;
const there = noteJoined(newActivity(person), 1_000);
const page = "AAAAAAAAAAAAAAAAAAAAAA";
const other = "BBBBBBBBBBBBBBBBBBBBBA";
const quiet = { page, microphone: false, camera: false, screen: false, talkedMs: 0, reactions: 0 };

const totals = ({ events }: ActivityRecord) =>
  Object.fromEntries(Object.entries(events).map(([name, { total }]) => [name, total]));

it("knows of a person what the integrator said", () => {
  expect(newActivity(person)).toMatchObject({ isAdmin: true, exUserId: "7", extraData: '{"course":"maths"}' });
  expect(newActivity({ ...person, metadata: "{}" })).toMatchObject({ exUserId: "", extraData: "" });
});

it("notes who comes and goes, once each, and switches off what they leave on", () => {
  expect(noteJoined(there, 2_000)).toBe(there);
  const left = noteLeft(noteReport(there, { ...quiet, microphone: true }, 3_000), 4_000);
  expect(noteLeft(left, 5_000)).toBe(left);
  expect(left.events).toEqual({
    joined: { total: 1, values: [{ at: 1_000 }] },
    mic_status: {
      total: 2,
      values: [
        { at: 3_000, on: true },
        { at: 4_000, on: false },
      ],
    },
    left: { total: 1, values: [{ at: 4_000 }] },
  });
  expect(totals(noteJoined(left, 6_000))).toMatchObject({ joined: 2, left: 1 });
});

describe("a page's report", () => {
  const report = { ...quiet, talkedMs: 500, reactions: 3 };
  const reported = noteReport(there, report, 2_000);

  it("counts once, however often it comes and in whichever order", () => {
    const further = noteReport(reported, { ...report, talkedMs: 700, reactions: 4 }, 3_000);
    for (const record of [further, noteReport(further, report, 4_000)]) {
      expect(totals(record)).toEqual({ joined: 1, talked_duration: 700, reactions: 4 });
    }
  });

  it("of another page is added, and one of the page before that comes late is not", () => {
    const both = noteReport(reported, { ...report, page: other, talkedMs: 100, reactions: 1 }, 3_000);
    expect(totals(noteReport(both, report, 4_000))).toEqual({ joined: 1, talked_duration: 600, reactions: 4 });
  });

  it("cannot say more than was possible: nobody has spoken for longer than they are there", () => {
    const boasting = noteReport(there, { ...report, talkedMs: 80_000_000 }, 6_000);
    const again = noteReport(boasting, { ...report, page: other, talkedMs: 80_000_000 }, 6_000);
    expect(totals(again)).toMatchObject({ talked_duration: 5_000 });
  });

  it("says nothing of somebody who is gone", () => {
    const left = noteLeft(there, 2_000);
    expect(noteReport(left, report, 3_000)).toBe(left);
  });
});

it("stays small: of what happens without end only the number grows", () => {
  let record = there;
  for (let count = 0; count < 2_000; count++) {
    record = noteReport(record, { ...quiet, page: `${count}`, camera: count % 2 === 0 }, 2_000 + count);
    record = noteCount(record, "raise_hand", 2_000 + count);
    record = noteCount(record, "public_chat", null);
  }
  expect(totals(record)).toMatchObject({ webcam_status: 2_000, raise_hand: 2_000, public_chat: 2_000 });
  expect(JSON.stringify(record).length).toBeLessThan(64 * 1024);
});
