import { EventEmitter } from "node:events";
import { defaultRoomFeatures, type JoiningService } from "@sotto/protocol";
import { RoomEvent, SignalRequestError, type Room } from "livekit-client";
import { expect, test } from "vitest";
import type { MediaPeer } from "../participants/MediaPeer.ts";
import { Store } from "../store/Store.ts";
import { SubscriptionGuard } from "./SubscriptionGuard.ts";
import type { SubscriptionFacts } from "./subscriptionRuleOf.ts";

/** What the guard uses of a room; the real one needs a browser. */
class FakeRoom extends EventEmitter {
  readonly told: unknown[] = [];
  refusal = new SignalRequestError("no", 2);
  readonly localParticipant = {
    trackPublications: new Map<string, { trackSid: string; source: string }>(),
    setTrackSubscriptionPermissions: (...permissions: unknown[]) => void this.told.push(permissions),
    setMetadata: () => Promise.reject(this.refusal),
  };

  publish(trackSid: string, source: string): void {
    this.localParticipant.trackPublications.set(trackSid, { trackSid, source });
    this.emit(RoomEvent.LocalTrackPublished);
  }
}

const ben: MediaPeer = { identity: "ben", role: "participant", service: null };
const nothing: Omit<SubscriptionFacts, "tracks"> = {
  role: "participant",
  features: defaultRoomFeatures,
  running: new Set(),
  refused: new Set(),
  peers: [ben],
};
const refusing = {
  ...nothing,
  running: new Set<JoiningService>(["recording"]),
  refused: new Set<JoiningService>(["recording"]),
};

function given(first = nothing) {
  const facts = new Store(first);
  const guard = new SubscriptionGuard(facts);
  const room = new FakeRoom();
  guard.follow({ room: room as unknown as Room });
  return { facts, guard, room };
}

test("tells each connection who may receive, and again when that changes only", () => {
  const { facts, guard, room } = given();
  expect(room.told).toEqual([[true]]);
  facts.set({ ...nothing });
  room.publish("TR_1", "microphone");
  expect(room.told).toHaveLength(1);
  facts.set(refusing);
  expect(room.told.at(-1)).toEqual([false, [{ participantIdentity: "ben", allowAll: true }]]);
  const next = new FakeRoom();
  guard.follow({ room: next as unknown as Room });
  expect(next.told).toEqual([[false, [{ participantIdentity: "ben", allowAll: true }]]]);
  guard.dispose();
  facts.set(nothing);
  expect([room.told.length, next.told.length, next.listenerCount(RoomEvent.LocalTrackPublished)]).toEqual([2, 1, 0]);
});

test("names a track as soon as it is there, where not all of ours are for everybody", () => {
  const features = { ...defaultRoomFeatures, allow_view_other_webcams: false };
  const { room } = given({ ...nothing, features });
  room.publish("TR_face", "camera");
  room.publish("TR_voice", "microphone");
  expect(room.told.at(-1)).toEqual([false, [{ participantIdentity: "ben", allowedTrackSids: ["TR_voice"] }]]);
});

test("is in force when the SFU refused what came after it, and where there is no connection; not if it is silent", async () => {
  const { guard, room } = given();
  expect(await guard.isInForce()).toBe(true);
  room.refusal = new SignalRequestError("no answer", "TimeoutError");
  expect(await guard.isInForce()).toBe(false);
  guard.follow(null);
  expect(await guard.isInForce()).toBe(true);
});
