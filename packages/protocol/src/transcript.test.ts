import { expect, it } from "vitest";
import { mergeRoomFeatures } from "./management/mergeFeatures.ts";
import { permissionsOf } from "./permissions.ts";
import { defaultLockSettings } from "./roomFeatures.ts";

/** What a transcriber may call in a room that was made with these features. */
function methodsIn(transcription: object, e2ee: object = {}) {
  const features = mergeRoomFeatures({
    insights_features: { is_allow: true, transcription_features: { is_allow: true, ...transcription } },
    end_to_end_encryption_features: e2ee,
  });
  const transcriber = { role: "participant", waiting: false, hidden: false, service: "transcriber" } as const;
  return permissionsOf({ ...transcriber, features, locks: defaultLockSettings }).rpc;
}

it("is kept only where the room asked for it, and never where the key is a passphrase", () => {
  expect(methodsIn({})).toContain("captions");
  expect(methodsIn({})).not.toContain("transcript");
  expect(methodsIn({ is_keep_transcript: true })).toContain("transcript");
  expect(methodsIn({ is_allow: false, is_keep_transcript: true })).toEqual(["leave"]);
  const passphrase = { is_enabled: true, enabled_self_insert_encryption_key: true };
  expect(methodsIn({ is_keep_transcript: true }, passphrase)).toEqual(["leave"]);
});
