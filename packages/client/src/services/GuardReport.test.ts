import { noServices, type ServiceStates } from "@sotto/protocol";
import { expect, onTestFinished, test, vi } from "vitest";
import { Store } from "../store/Store.ts";
import { GuardReport, type GuardReportOptions } from "./GuardReport.ts";

const job = "A".repeat(22);
const recording: ServiceStates = {
  ...noServices,
  recording: { state: "asking", jobId: job, startedBy: null, since: 1 },
};

function given(options: Partial<GuardReportOptions> = {}) {
  const room = new Store<ServiceStates>(noServices);
  const reported: string[] = [];
  const report = new GuardReport({
    room,
    mayReport: () => true,
    isInForce: () => Promise.resolve(true),
    report: (service) => {
      reported.push(service);
      return Promise.resolve();
    },
    ...options,
  });
  onTestFinished(() => report.dispose());
  return { room, report, reported };
}

test("says it once for each run and seat", async () => {
  const { room, report, reported } = given();
  room.set(recording);
  await vi.waitFor(() => expect(reported).toEqual(["recording"]));
  room.set({ ...recording });
  report.look();
  await Promise.resolve();
  expect(reported).toEqual(["recording"]);
  report.forget();
  report.look();
  await vi.waitFor(() => expect(reported).toEqual(["recording", "recording"]));
});

test("says nothing before the SFU has read who may receive our media", async () => {
  const answers = [false, false, true];
  const { room, reported } = given({
    isInForce: () => {
      expect(reported).toEqual([]);
      return Promise.resolve(answers.shift() ?? true);
    },
  });
  room.set(recording);
  await vi.waitFor(() => expect(reported).toEqual(["recording"]), 5_000);
  expect(answers).toEqual([]);
});

test("says again what could not be said, when there is a connection", async () => {
  let isConnected = false;
  let attempts = 0;
  const { room, report } = given({
    report: () => {
      attempts += 1;
      return isConnected ? Promise.resolve() : Promise.reject(new Error("not connected"));
    },
  });
  room.set(recording);
  await vi.waitFor(() => expect(attempts).toBe(1));
  isConnected = true;
  report.look();
  await vi.waitFor(() => expect(attempts).toBe(2));
  report.look();
  expect(attempts).toBe(2);
});

test("has nothing to say for who may not", () => {
  const isInForce = vi.fn(() => Promise.resolve(true));
  const { room } = given({ mayReport: () => false, isInForce });
  room.set(recording);
  expect(isInForce).not.toHaveBeenCalled();
});
