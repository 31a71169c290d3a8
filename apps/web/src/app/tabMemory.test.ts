import { describe, expect, it } from "vitest";
import { createTabMemory } from "./tabMemory.ts";

class MemoryStorage extends Map<string, string> implements Storage {
  [name: string]: unknown;
  get length() {
    return this.size;
  }
  key = (index: number) => [...this.keys()][index] ?? null;
  getItem = (name: string) => this.get(name) ?? null;
  setItem = (name: string, value: string) => void this.set(name, value);
  removeItem = (name: string) => void this.delete(name);
}

const seat = {
  participantId: "p_0123456789abcdef",
  roomId: "room",
  openLink: true,
  microphone: true,
  camera: false,
  passphrase: true,
  waiting: false,
};

describe("the memory of a tab", () => {
  it("gives back what was written, and nothing once it is forgotten", () => {
    const storage = new MemoryStorage();
    createTabMemory(storage).seat = seat;
    expect(createTabMemory(storage).seat).toEqual(seat);
    createTabMemory(storage).seat = null;
    expect(createTabMemory(storage).seat).toBeNull();
    expect(storage.size).toBe(0);
  });

  it.each(["", "null", "7", "{", `{"participantId":7}`, `{"participantId":"p","roomId":"r"}`])(
    "takes %j, which it did not write, for nothing",
    (text) => {
      const storage = new MemoryStorage();
      storage.setItem("sotto.seat", text);
      storage.setItem("sotto.invitation", text);
      const memory = createTabMemory(storage);
      expect([memory.seat, memory.invitation]).toEqual([null, null]);
    },
  );

  it("forgets at once where the browser refuses to store", () => {
    const storage = new MemoryStorage();
    storage.setItem = () => {
      throw new DOMException("full", "QuotaExceededError");
    };
    const memory = createTabMemory(storage);
    memory.seat = seat;
    expect(memory.seat).toBeNull();
  });
});
