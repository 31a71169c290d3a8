import { defaultRoomFeatures, type JoiningService, type RoomFeatures } from "@sotto/protocol";
import { describe, expect, test } from "vitest";
import { subscriptionRuleOf, type SubscriptionFacts } from "./subscriptionRuleOf.ts";

const host = { identity: "host", role: "host", service: null } as const;
const ben = { identity: "ben", role: "participant", service: null } as const;
const recorder = { identity: "recorder", role: "participant", service: "recorder" } as const;
const transcriber = { identity: "transcriber", role: "participant", service: "transcriber" } as const;
const tracks = [
  { sid: "voice", source: "microphone" },
  { sid: "face", source: "camera" },
  { sid: "screen", source: "screen_share" },
] as const;
const noCamera = ["voice", "screen"];

const facts = (change: Partial<SubscriptionFacts> = {}): SubscriptionFacts => ({
  role: "participant",
  features: defaultRoomFeatures,
  running: new Set(),
  refused: new Set(),
  peers: [host, ben, recorder, transcriber],
  tracks,
  ...change,
});
const running = (...services: JoiningService[]) => new Set(services);
/** Who may receive what: `all`, or the tracks. */
function allowedBy(change: Partial<SubscriptionFacts>): Record<string, readonly string[] | "all"> | "everybody" {
  const rule = subscriptionRuleOf(facts(change));
  if (rule.everybody) return "everybody";
  return Object.fromEntries(rule.allowed.map(({ identity, trackSids }) => [identity, trackSids ?? "all"]));
}

describe("a service", () => {
  test("that was not agreed to is left out, and so is whoever is not known", () => {
    const asked = { running: running("recording"), refused: running("recording") };
    expect(allowedBy(asked)).toEqual({ host: "all", ben: "all" });
    expect(allowedBy({ ...asked, peers: [] })).toEqual({});
  });

  test("that was agreed to receives everything, beside one that was not", () => {
    expect(allowedBy({ running: running("recording") })).toBe("everybody");
    const both = { running: running("recording", "transcription"), refused: running("transcription") };
    expect(allowedBy(both)).toEqual({ host: "all", ben: "all", recorder: "all" });
  });

  test("that is in the roster and does not run is left out of a list", () => {
    const other = { running: running("transcription"), refused: running("transcription") };
    expect(allowedBy(other)).toEqual({ host: "all", ben: "all" });
  });

  test("that records cameras of hosts only gets no other", () => {
    const recording_features = { ...defaultRoomFeatures.recording_features, only_record_admin_webcams: true };
    const features: RoomFeatures = { ...defaultRoomFeatures, recording_features };
    const recorded = { features, running: running("recording"), peers: [ben, recorder] };
    expect(allowedBy(recorded)).toEqual({ ben: "all", recorder: noCamera });
    expect(allowedBy({ ...recorded, role: "host" })).toBe("everybody");
    expect(allowedBy({ ...recorded, running: running() })).toBe("everybody");
  });
});

test("where nobody sees others' webcams, a participant's goes to hosts, and a host's to everybody", () => {
  const features: RoomFeatures = { ...defaultRoomFeatures, allow_view_other_webcams: false };
  const peers = [host, ben];
  expect(allowedBy({ features, peers })).toEqual({ host: "all", ben: noCamera });
  expect(allowedBy({ features, peers, role: "host" })).toBe("everybody");
  const asked = { features, peers: [host, ben, recorder], running: running("recording") };
  expect(allowedBy(asked)).toEqual({ host: "all", ben: noCamera, recorder: "all" });
  expect(allowedBy({ ...asked, refused: running("recording") })).toEqual({ host: "all", ben: noCamera });
});
