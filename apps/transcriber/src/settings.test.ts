import { expect, it } from "vitest";
import { readSettings } from "./settings.ts";

const worker = {
  SOTTO_WORKER_NATS: "10.0.0.1:4222, 10.0.0.2:4222",
  SOTTO_WORKER_SEED: `SU${"A".repeat(56)}`,
  SOTTO_WORKER_ORIGIN: "https://meet.example.org",
};

it("take the engine from the model, unless it is named", () => {
  expect(readSettings(worker)).toMatchObject({
    nats: ["10.0.0.1:4222", "10.0.0.2:4222"],
    engine: "pocketsphinx",
    model: "/usr/share/pocketsphinx/model/en-us",
    isolation: "required",
  });
  expect(readSettings({ ...worker, SOTTO_TRANSCRIBER_MODEL: "/models/de" })).toMatchObject({
    engine: "sherpa-onnx",
    model: "/models/de",
  });
  const both = { ...worker, SOTTO_TRANSCRIBER_MODEL: "/models/en", SOTTO_TRANSCRIBER_ENGINE: "pocketsphinx" };
  expect(readSettings(both)).toMatchObject({ engine: "pocketsphinx", model: "/models/en" });
});

it("say which of them is wrong, and not what it was", () => {
  const read = () => readSettings({ ...worker, SOTTO_WORKER_SEED: "hunter2", SOTTO_TRANSCRIBER_SPEAKERS: "99" });
  expect(read).toThrow(/SOTTO_WORKER_SEED: is nats\.worker[^]*SOTTO_TRANSCRIBER_SPEAKERS/);
  expect(read).not.toThrow("hunter2");
});
