import { ConnectionQuality as LivekitQuality, RoomEvent } from "livekit-client";
import { Store, type ReadonlyStore } from "../store/Store.ts";
import type { MediaConnection } from "./MediaConnection.ts";
import { participantOf } from "./participantOf.ts";

/** `poor`: picture and sound suffer. `lost`: the media server hears nothing of that person any more. */
export type ConnectionQuality = "excellent" | "good" | "poor" | "lost";

/** How good everybody's connection to the SFU is, as the SFU says. Nobody is in it of whom it has said nothing. */
export class ConnectionQualityStore implements ReadonlyStore<ReadonlyMap<string, ConnectionQuality>> {
  readonly #identities: ReadonlyStore<ReadonlySet<string>>;
  readonly #qualities = new Store<ReadonlyMap<string, ConnectionQuality>>(new Map());
  #stopFollowing: () => void = () => undefined;

  /** `identities`: the roster's. */
  constructor(identities: ReadonlyStore<ReadonlySet<string>>) {
    this.#identities = identities;
  }

  get(): ReadonlyMap<string, ConnectionQuality> {
    return this.#qualities.get();
  }

  subscribe(listener: () => void): () => void {
    return this.#qualities.subscribe(listener);
  }

  /** Listens to this connection from now on; null for none. */
  follow(media: MediaConnection | null): void {
    this.#stopFollowing();
    this.#stopFollowing = media ? this.#listen(media) : () => undefined;
    if (!media) this.#qualities.set(new Map());
  }

  dispose(): void {
    this.follow(null);
  }

  #listen({ room }: MediaConnection): () => void {
    const derive = () => {
      const known = this.#identities.get();
      const people = [room.localParticipant, ...room.remoteParticipants.values()];
      const qualities = new Map<string, ConnectionQuality>();
      for (const { identity, connectionQuality } of people) {
        if (!known.has(identity) || connectionQuality === LivekitQuality.Unknown) continue;
        qualities.set(participantOf(identity), connectionQuality);
      }
      this.#qualities.set(qualities);
    };
    room.on(RoomEvent.ConnectionQualityChanged, derive).on(RoomEvent.ParticipantDisconnected, derive);
    return () => {
      room.off(RoomEvent.ConnectionQualityChanged, derive).off(RoomEvent.ParticipantDisconnected, derive);
    };
  }
}
