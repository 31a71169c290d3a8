import { expect, it } from "vitest";
import { VoiceGate } from "./VoiceGate.ts";

const blockLength = 1_600;

/** Noise of that level; the seed makes it the same every time. */
function sound(level: number): Float32Array {
  let state = 1;
  return Float32Array.from({ length: blockLength }, () => {
    state = (state * 16_807) % 2_147_483_647;
    return (state / 2_147_483_647 - 0.5) * 2 * Math.sqrt(3) * level;
  });
}

function pass(gate: VoiceGate, level: number, blocks: number) {
  const gated = Array.from({ length: blocks }, () => gate.push(sound(level)));
  return { heard: gated.flatMap((each) => each.blocks).length, pauses: gated.filter(({ paused }) => paused).length };
}

it("lets nothing through while nobody speaks", () => {
  const gate = new VoiceGate();
  expect(pass(gate, 0, 50)).toEqual({ heard: 0, pauses: 0 });
  expect(pass(gate, 0.001, 50)).toEqual({ heard: 0, pauses: 0 });
});

it("lets speech through with what came right before and after, and says once that it is over", () => {
  const gate = new VoiceGate();
  pass(gate, 0.001, 20);
  expect(pass(gate, 0.1, 10)).toEqual({ heard: 4 + 10, pauses: 0 });
  expect(pass(gate, 0.001, 20)).toEqual({ heard: 8, pauses: 1 });
});

it("takes a short breath for a part of what is said", () => {
  const gate = new VoiceGate();
  expect(pass(gate, 0.1, 5).pauses).toBe(0);
  expect(pass(gate, 0.001, 6).pauses).toBe(0);
  expect(pass(gate, 0.1, 5).pauses).toBe(0);
  expect(pass(gate, 0.001, 8).pauses).toBe(1);
});

it("gets used to a fan, and hears speech over it", () => {
  const gate = new VoiceGate();
  pass(gate, 0.02, 600);
  expect(pass(gate, 0.02, 50).heard).toBe(0);
  expect(pass(gate, 0.2, 5).heard).toBe(4 + 5);
});
