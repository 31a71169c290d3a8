import { EventEmitter } from "node:events";
import { ConnectionQuality as LivekitQuality, RoomEvent } from "livekit-client";
import { expect, test } from "vitest";
import { Store } from "../store/Store.ts";
import { ConnectionQualityStore } from "./ConnectionQualityStore.ts";
import type { MediaConnection } from "./MediaConnection.ts";

/** What the store looks at of a connection; the real one needs a browser. */
class FakeRoom extends EventEmitter {
  localParticipant = { identity: "p_self.n", connectionQuality: LivekitQuality.Excellent };
  remoteParticipants = new Map<string, { identity: string; connectionQuality: LivekitQuality }>();

  see(identity: string, connectionQuality: LivekitQuality): void {
    this.remoteParticipants.set(identity, { identity, connectionQuality });
    this.emit(RoomEvent.ConnectionQualityChanged);
  }

  lose(identity: string): void {
    this.remoteParticipants.delete(identity);
    this.emit(RoomEvent.ParticipantDisconnected);
  }
}

function given(...identities: string[]) {
  const room = new FakeRoom();
  const store = new ConnectionQualityStore(new Store<ReadonlySet<string>>(new Set(identities)));
  store.follow({ room } as unknown as MediaConnection);
  return { room, store, read: () => Object.fromEntries(store.get()) };
}

test("says by participant what the SFU says of everybody in the roster, ourselves included", () => {
  const { room, read } = given("p_self.n", "p_ada.n");
  room.see("p_ada.n", LivekitQuality.Poor);
  expect(read()).toEqual({ p_self: "excellent", p_ada: "poor" });
  room.see("p_ada.n", LivekitQuality.Lost);
  expect(read()).toMatchObject({ p_ada: "lost" });
});

test("nobody outside of the roster is in it, nor anybody of whom nothing is known", () => {
  const { room, read } = given("p_ada.n");
  room.see("p_stranger.n", LivekitQuality.Good);
  room.see("p_ada.n", LivekitQuality.Unknown);
  expect(read()).toEqual({});
});

test("who is gone from the SFU is gone from it", () => {
  const { room, read } = given("p_ada.n");
  room.see("p_ada.n", LivekitQuality.Good);
  room.lose("p_ada.n");
  expect(read()).toEqual({});
});

test("listens to the newest connection alone, and to none after it", () => {
  const { room, store, read } = given("p_ada.n");
  const next = new FakeRoom();
  store.follow({ room: next } as unknown as MediaConnection);
  room.see("p_ada.n", LivekitQuality.Poor);
  expect(read()).toEqual({});
  next.see("p_ada.n", LivekitQuality.Good);
  expect(read()).toEqual({ p_ada: "good" });
  store.dispose();
  expect(read()).toEqual({});
  expect([room, next].map((each) => each.eventNames())).toEqual([[], []]);
});
