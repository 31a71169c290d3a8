import { describe, expect, it } from "vitest";
import { shortcutOf } from "./shortcuts.ts";

const press = { key: "m", altKey: false, ctrlKey: false, metaKey: false, repeat: false };

describe("shortcutOf", () => {
  it("knows the letters, with Caps Lock too", () => {
    expect(shortcutOf(press)).toBe("microphone");
    expect(shortcutOf({ ...press, key: "V" })).toBe("camera");
    expect(shortcutOf({ ...press, key: "x" })).toBeUndefined();
    expect(shortcutOf({ ...press, key: "Enter" })).toBeUndefined();
  });

  it("leaves combinations to the browser and ignores a key that is held", () => {
    for (const modifier of ["altKey", "ctrlKey", "metaKey", "repeat"]) {
      expect(shortcutOf({ ...press, [modifier]: true })).toBeUndefined();
    }
  });
});
