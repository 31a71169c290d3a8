import type { ActivityReport, RpcMethod } from "@sotto/protocol";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { LocalMediaState } from "../media/LocalMediaState.ts";
import { Store } from "../store/Store.ts";
import { ActivityReporter } from "./ActivityReporter.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const off = { allowed: true, enabled: false, pending: false, stopped: false, error: null };
const on = { ...off, enabled: true };
const devices = { audioinput: null, videoinput: null, audiooutput: null };

function start({ rpc = ["activity"] as RpcMethod[], fails = false } = {}) {
  const reports: ActivityReport[] = [];
  const standing = new Store({ permissions: { publish: [], subscribe: true, rpc, ephemeral: [] } });
  const media = new Store<LocalMediaState>({ microphone: off, camera: off, screen: off, devices });
  const speakers = new Store<ReadonlySet<string>>(new Set());
  let reactions = 0;
  let isDown = fails;
  const reporter = new ActivityReporter({
    selfId: "me",
    standing,
    media,
    speakers,
    reactions: () => reactions,
    call: async (_method, body, schema) => {
      if (isDown) throw new Error("not connected");
      reports.push(JSON.parse(new TextDecoder().decode(body)) as ActivityReport);
      const answer = schema.safeParse({});
      if (!answer.success) throw answer.error;
      return answer.data;
    },
  });
  return {
    reports,
    reporter,
    standing,
    react: () => void reactions++,
    comeBack: () => void (isDown = false),
    switchOn: (name: "microphone" | "camera" | "screen") => media.set({ ...media.get(), [name]: on }),
    speak: (...who: string[]) => speakers.set(new Set(who)),
  };
}
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

it("says nothing while nothing happens, and what is on a moment after it was switched on", async () => {
  const { reports, switchOn } = start();
  await pass(60_000);
  expect(reports).toEqual([]);
  switchOn("microphone");
  switchOn("camera");
  await pass(1_000);
  expect(reports).toMatchObject([{ microphone: true, camera: true, screen: false, talkedMs: 0 }]);
});

it("adds up how long we speak and how often we react, and nobody else", async () => {
  const { reports, speak, react } = start();
  speak("somebody", "me");
  await pass(4_000);
  speak("somebody");
  react();
  await pass(6_000);
  speak("me", "somebody");
  await pass(10_000);
  expect(reports).toMatchObject([
    { talkedMs: 4_000, reactions: 1 },
    { talkedMs: 14_000, reactions: 1 },
  ]);
});

it("says again what did not arrive", async () => {
  const { reports, react, comeBack } = start({ fails: true });
  react();
  await pass(20_000);
  comeBack();
  await pass(10_000);
  expect(reports).toMatchObject([{ reactions: 1 }]);
});

it("has a last word, which is what was not told yet, and nothing to say after it was disposed", async () => {
  const { reports, reporter, react } = start();
  expect(reporter.lastWord()).toBeNull();
  react();
  reporter.dispose();
  await pass(60_000);
  expect(reports).toEqual([]);
  expect(JSON.parse(new TextDecoder().decode(reporter.lastWord() ?? undefined))).toMatchObject({ reactions: 1 });
});

it("says nothing at all for who is not in the statistics", async () => {
  const { reports, reporter, react, speak, switchOn } = start({ rpc: ["hand"] });
  react();
  speak("me");
  switchOn("camera");
  await pass(60_000);
  expect([reports, reporter.lastWord()]).toEqual([[], null]);
});
