import type { Caption } from "@sotto/protocol";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { plainCodec } from "../chat/MessageCodec.ts";
import { captionShownMs, CaptionStore } from "./CaptionStore.ts";

const [ada, transcriber, stranger] = ["p_aaaaaaaaaaaaaaaa", "p_tttttttttttttttt", "p_ssssssssssssssss"] as const;

let store: CaptionStore;
beforeEach(() => {
  vi.useFakeTimers();
  store = new CaptionStore({ codec: () => plainCodec, isTranscriber: (id) => id === transcriber });
});
afterEach(() => {
  store.dispose();
  vi.useRealTimers();
});

async function hear(captions: object[], participantId: string = transcriber): Promise<void> {
  const body = new TextEncoder().encode(JSON.stringify({ captions }));
  const wire = await plainCodec.seal("captions", "", body);
  store.receive({ participantId, wire: btoa(String.fromCharCode(...wire)) });
  await vi.advanceTimersByTimeAsync(0);
}
const caption = (text: string, startMs = 0, isFinal = false): Caption => ({
  participantId: ada,
  text,
  isFinal,
  startMs,
});
const shown = () => store.get().map(({ text }) => text);

it("lets a caption grow in its place until it is final", async () => {
  await hear([caption("go"), caption("ten", 5)]);
  const [first] = store.get();
  await hear([caption("go forward", 0, true)]);
  expect(store.get()[0]).toEqual({ id: first?.id, participantId: ada, text: "go forward", isFinal: true });
  expect(shown()).toEqual(["go forward", "ten"]);
});

it("forgets each a while after its last word, and the oldest of many at once", async () => {
  await hear([caption("one", 1)]);
  await vi.advanceTimersByTimeAsync(captionShownMs - 1_000);
  await hear([caption("two", 2)]);
  await vi.advanceTimersByTimeAsync(1_500);
  expect(shown()).toEqual(["two"]);
  await hear(Array.from({ length: 8 }, (_, index) => caption(`more ${index}`, 10 + index)));
  expect(shown()).toEqual([2, 3, 4, 5, 6, 7].map((index) => `more ${index}`));
  await vi.advanceTimersByTimeAsync(captionShownMs);
  expect(shown()).toEqual([]);
});

it("shows nothing of anybody but a transcriber, and nothing that is no captions", async () => {
  await hear([caption("forged")], stranger);
  await hear([{ ...caption("no"), participantId: "Ada" }]);
  store.receive({ participantId: transcriber, wire: "AA==" });
  store.receive({ participantId: transcriber, wire: btoa("\u0001sealed") });
  await vi.advanceTimersByTimeAsync(0);
  expect(shown()).toEqual([]);
  expect(store.dropped.get()).toBe(4);
});

it("shows nothing any more when the meeting is over", async () => {
  await hear([caption("last")]);
  store.dispose();
  await hear([caption("late")]);
  expect(shown()).toEqual([]);
});
