import { defaultRoomFeatures, type RoomFeatures } from "@sotto/protocol";
import { expect, it } from "vitest";
import { transcribeJob, type Transcriber } from "./transcribeJob.ts";

/** What would be needed to join; nothing of it may be touched. */
const untouchable = new Proxy({} as Transcriber, {
  get() {
    throw new Error("it went on");
  },
});

const job = { jobId: "", kind: "transcription", sessionId: "", roomId: "", roomTitle: "", lease: "", part: 1 } as const;
const asking: RoomFeatures["insights_features"] = {
  ...defaultRoomFeatures.insights_features,
  is_allow: true,
  transcription_features: { ...defaultRoomFeatures.insights_features.transcription_features, is_allow: true },
};
const passphrase = {
  ...defaultRoomFeatures.end_to_end_encryption_features,
  is_enabled: true,
  enabled_self_insert_encryption_key: true,
};

it.each([
  ["key_model_forbids", { insights_features: asking, end_to_end_encryption_features: passphrase }],
  ["feature_disabled", {}],
])("refuses by itself, before it asks for a token: %s", async (reason, features) => {
  let tokens = 0;
  const running = {
    job: { ...job, features: { ...defaultRoomFeatures, ...features } },
    signal: new AbortController().signal,
    serviceToken: () => Promise.resolve(String(++tokens)),
    progress: () => Promise.resolve(),
  };
  await expect(transcribeJob(untouchable, running)).rejects.toThrow(reason);
  expect(tokens).toBe(0);
});
