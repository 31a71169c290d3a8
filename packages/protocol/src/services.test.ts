import { describe, expect, it, test } from "vitest";
import { mergeRoomFeatures } from "./management/mergeFeatures.ts";
import { permissionsOf } from "./permissions.ts";
import { defaultLockSettings, defaultRoomFeatures, type RoomFeatures } from "./roomFeatures.ts";
import { consentTo, refusalOf, serviceKinds, services, type ServiceState } from "./services.ts";

/** Features that ask for everything, as a client that writes records by hand could have them. */
function wanting(everything: boolean, model: "none" | "server" | "passphrase"): RoomFeatures {
  return {
    ...defaultRoomFeatures,
    recording_features: {
      is_allow: everything,
      is_allow_cloud: everything,
      is_allow_local: true,
      enable_auto_cloud_recording: everything,
      only_record_admin_webcams: false,
    },
    external_broadcasting_features: { is_allow: everything, is_allow_rtmp: everything },
    insights_features: {
      is_allow: everything,
      transcription_features: {
        is_allow: everything,
        is_allow_translation: false,
        is_allow_speech_synthesis: false,
        is_keep_transcript: false,
      },
      chat_translation_features: { is_allow: everything },
      ai_features: {
        is_allow: everything,
        ai_text_chat_features: { is_allow: everything },
        meeting_summarization_features: { is_allow: everything },
      },
    },
    end_to_end_encryption_features: {
      is_enabled: model !== "none",
      included_chat_messages: model !== "none",
      included_whiteboard: model !== "none",
      enabled_self_insert_encryption_key: model === "passphrase",
    },
  };
}

describe.each(services)("%s", (service) => {
  it("is refused where the key is a passphrase, whatever the features say", () => {
    for (const everything of [true, false]) {
      expect(refusalOf(service, wanting(everything, "passphrase"))).toBe("key_model_forbids");
    }
  });

  it("is there where the server may see, if it was asked for", () => {
    for (const model of ["none", "server"] as const) {
      expect(refusalOf(service, wanting(true, model))).toBeNull();
      expect(refusalOf(service, wanting(false, model))).toBe("feature_disabled");
    }
  });

  it("is switched off in features that an integrator sends together with a passphrase", () => {
    const merged = mergeRoomFeatures({ ...wanting(true, "passphrase") });
    expect(refusalOf(service, merged)).toBe("key_model_forbids");
    // Without the passphrase nothing of it comes back.
    merged.end_to_end_encryption_features.enabled_self_insert_encryption_key = false;
    expect(refusalOf(service, merged)).toBe("feature_disabled");
  });
});

describe("a service in the meeting", () => {
  const person = { role: "participant", waiting: false, hidden: false, locks: defaultLockSettings } as const;

  test.each(serviceKinds)("a %s sees and hears, and says nothing", (service) => {
    const permissions = permissionsOf({ ...person, features: wanting(true, "server"), service });
    expect(permissions).toEqual({
      publish: [],
      subscribe: true,
      rpc: [
        "resume",
        "snapshot",
        "leave",
        "epochs",
        "epoch-staged",
        ...(service === "transcriber" ? ["captions"] : []),
      ],
      ephemeral: [],
    });
  });

  test.each(serviceKinds)("a %s that the room may not have does not even see", (service) => {
    for (const features of [wanting(true, "passphrase"), wanting(false, "server")]) {
      const permissions = permissionsOf({ ...person, features, service });
      expect(permissions).toEqual({ publish: [], subscribe: false, rpc: ["leave"], ephemeral: [] });
    }
  });

  it("is the hosts' to start, and everybody's to consent to where there is anything to consent to", () => {
    const rpcOf = (role: "host" | "participant", features: RoomFeatures) =>
      permissionsOf({ ...person, role, features, service: null }).rpc;
    expect(rpcOf("host", wanting(true, "server"))).toEqual(
      expect.arrayContaining(["service", "guarded", "consent", "local-recording"]),
    );
    expect(rpcOf("participant", wanting(true, "server"))).toEqual(expect.arrayContaining(["guarded", "consent"]));
    expect(rpcOf("participant", wanting(true, "server"))).not.toContain("service");
    expect(rpcOf("participant", wanting(true, "passphrase"))).not.toContain("consent");
    expect(rpcOf("participant", wanting(true, "server"))).not.toContain("captions");
  });
});

it("counts an answer for the run that was asked about only", () => {
  const run = (jobId: string): ServiceState => ({ state: "asking", jobId, startedBy: null, since: 1 });
  const consents = { recording: { jobId: "one", agreed: true } };
  expect(consentTo("recording", consents, run("one"))).toBe(true);
  expect(consentTo("recording", consents, run("two"))).toBeNull();
  expect(consentTo("transcription", consents, run("one"))).toBeNull();
  expect(consentTo("recording", consents, { state: "off", failure: null })).toBeNull();
});
