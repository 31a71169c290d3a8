import { expect, test, vi } from "vitest";
import type { LocalMediaState, SourceState } from "../media/LocalMediaState.ts";
import { Store } from "../store/Store.ts";
import { AskedStore } from "./AskedStore.ts";

const off: SourceState = { allowed: true, enabled: false, pending: false, stopped: false, error: null };
const devices = { audioinput: null, videoinput: null, audiooutput: null };

function given() {
  const state = new Store<LocalMediaState>({ microphone: off, camera: off, screen: off, devices });
  const switched: string[] = [];
  const set = (source: "microphone" | "camera", on: boolean) => {
    switched.push(source);
    state.set({ ...state.get(), [source]: { ...off, enabled: on } });
    return Promise.resolve();
  };
  const asked = new AskedStore({
    state,
    setMicrophone: (on) => set("microphone", on),
    setCamera: (on) => set("camera", on),
  });
  const change = (source: "microphone" | "camera", to: Partial<SourceState>) =>
    state.set({ ...state.get(), [source]: { ...off, ...to } });
  return { asked, change, switched };
}

const wish = (source: "microphone" | "camera", by = "p_grace") => ({ source, by });

test("keeps one wish for each source, the newest last", () => {
  const { asked } = given();
  asked.hear(wish("microphone", "p_grace"));
  asked.hear(wish("camera"));
  asked.hear(wish("microphone", "p_hedy"));
  expect(asked.get()).toEqual([wish("camera"), wish("microphone", "p_hedy")]);
});

test("a wish goes away when it is accepted, which switches that source on and nothing else", async () => {
  const { asked, switched } = given();
  asked.hear(wish("microphone"));
  asked.hear(wish("camera"));
  await asked.accept("camera");
  expect(switched).toEqual(["camera"]);
  expect(asked.get()).toEqual([wish("microphone")]);
});

test("a wish that is dismissed switches nothing on", () => {
  const { asked, switched } = given();
  asked.hear(wish("microphone"));
  asked.dismiss("microphone");
  expect([asked.get(), switched]).toEqual([[], []]);
});

test("a wish goes away when the source is on anyway, or locked; and is none then", () => {
  const { asked, change } = given();
  asked.hear(wish("microphone"));
  asked.hear(wish("camera"));
  change("microphone", { enabled: true });
  expect(asked.get()).toEqual([wish("camera")]);
  change("camera", { allowed: false });
  expect(asked.get()).toEqual([]);
  asked.hear(wish("microphone"));
  asked.hear(wish("camera"));
  expect(asked.get()).toEqual([]);
});

test("tells of changes only", () => {
  const { asked, change } = given();
  const listener = vi.fn();
  asked.subscribe(listener);
  asked.hear(wish("camera"));
  change("microphone", { pending: true });
  expect(listener).toHaveBeenCalledTimes(1);
});
