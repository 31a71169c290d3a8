import { expect, test } from "vitest";
import type { MediaKeySource } from "./MediaKeyFeed.ts";
import { MediaEncryptionManager } from "./MediaEncryptionManager.ts";
import type { ToWorker } from "./workerMessages.ts";

const self = { participantId: "p_alice", senderNonce: new Uint8Array(16) };
const bob = "p_bob.AAAAAAAAAAAAAAAAAAAAAA";

/** A worker that answers everything at once and remembers what it was asked. */
class RecordingWorker extends EventTarget {
  readonly messages: ToWorker[] = [];

  postMessage(message: ToWorker): void {
    this.messages.push(structuredClone(message));
    if (!("request" in message)) return;
    this.dispatchEvent(new MessageEvent("message", { data: { kind: "done", request: message.request } }));
  }

  terminate(): void {}
}

function make(): { manager: MediaEncryptionManager; worker: RecordingWorker; keys: MediaKeySource } {
  const worker = new RecordingWorker();
  const keys: MediaKeySource = { currentEpoch: 0, mediaBaseKey: async () => new Uint8Array(32) };
  return { manager: new MediaEncryptionManager({ keys, self, worker: worker as unknown as Worker }), worker, keys };
}

test("the same keys never get a second worker, which would count from 0 again", () => {
  const { keys, worker } = make();
  expect(() => new MediaEncryptionManager({ keys, self, worker: worker as unknown as Worker })).toThrow(
    "another media encryption manager",
  );
});

test("receives only what says it is encrypted, from whom is admitted, as something known", async () => {
  const { manager } = make();
  const camera = { isEncrypted: true, source: "camera" } as const;
  type Claims = Parameters<MediaEncryptionManager["mayReceive"]>[1];
  expect(manager.mayReceive(bob, camera as Claims)).toBe(false);
  await manager.admit(bob);
  expect(manager.mayReceive(bob, camera as Claims)).toBe(true);
  expect(manager.mayReceive(bob, { ...camera, isEncrypted: false } as Claims)).toBe(false);
  expect(manager.mayReceive(bob, { ...camera, source: "unknown" } as Claims)).toBe(false);
  manager.expel(bob);
  expect(manager.mayReceive(bob, camera as Claims)).toBe(false);
});

test("nobody is admitted under the own identity, or under none", async () => {
  const { manager, worker } = make();
  await manager.ready;
  await manager.admit("p_alice.AAAAAAAAAAAAAAAAAAAAAA");
  expect(worker.messages.map(({ kind }) => kind)).toEqual(["start", "activate"]);
  await expect(manager.admit("p_alice")).rejects.toMatchObject({ code: "input_invalid" });
});

test("expelled while the key is derived: it never reaches the worker", async () => {
  const { manager, worker } = make();
  const admitted = manager.admit(bob);
  manager.expel(bob);
  await admitted;
  expect(worker.messages.some(({ kind }) => kind === "admit")).toBe(false);
});

test("no data over the SFU, in either direction", async () => {
  const { manager } = make();
  expect(manager.isDataChannelEncryptionEnabled).toBe(true);
  await expect(manager.encryptData()).rejects.toThrow("not sent over the SFU");
  await expect(manager.handleEncryptedData()).rejects.toThrow("not taken from the SFU");
});

test("a broken worker is told, and ends what waits", async () => {
  const { manager, worker } = make();
  await manager.ready;
  const events: string[] = [];
  manager.subscribe((event) => events.push(event.kind));
  worker.dispatchEvent(Object.assign(new Event("error"), { message: "boom" }));
  expect(events).toEqual(["failed"]);
  await expect(manager.stats()).rejects.toMatchObject({ code: "worker_failed" });
});
