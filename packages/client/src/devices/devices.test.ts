import { describe, expect, it } from "vitest";
import { devicesByKind } from "./DeviceList.ts";
import { levelOf } from "./LevelMeter.ts";

describe("levelOf", () => {
  const tone = (amplitude: number) => Float32Array.from({ length: 1024 }, (_, i) => amplitude * Math.sin(i / 5));

  it("is 0 in silence and never above 1", () => {
    expect(levelOf(new Float32Array(1024))).toBe(0);
    expect(levelOf(tone(1))).toBe(1);
  });

  it("grows with loudness, evenly in decibels", () => {
    const [quiet, middle, loud] = [levelOf(tone(0.01)), levelOf(tone(0.03)), levelOf(tone(0.09))] as const;
    expect(quiet).toBeGreaterThan(0);
    expect(loud - middle).toBeCloseTo(middle - quiet, 1);
  });
});

it("devicesByKind leaves out devices that the browser does not name yet", () => {
  const devices = devicesByKind([
    { deviceId: "", kind: "audioinput", label: "" },
    { deviceId: "a", kind: "audioinput", label: "Headset" },
    { deviceId: "b", kind: "videoinput", label: "Camera" },
  ]);
  expect(devices).toEqual({
    audioinput: [{ deviceId: "a", label: "Headset" }],
    videoinput: [{ deviceId: "b", label: "Camera" }],
    audiooutput: [],
  });
});
