import type { MediaEncryptionManager, ReceivedTrackState } from "@sotto/e2ee";
import type { MediaSource } from "@sotto/protocol";
import { RoomEvent, type RemoteParticipant, type RemoteTrackPublication, type Room, type Track } from "livekit-client";
import { Store, type ReadonlyStore } from "../store/Store.ts";
import type { MediaConnection } from "./MediaConnection.ts";
import type { MeetingTrack, PlayableMedia } from "./MeetingTrack.ts";
import { participantOf } from "./participantOf.ts";
import { isOfKind, mediaSourceOf, subscriptionOf } from "./subscriptionOf.ts";

const changes = [
  RoomEvent.ParticipantConnected,
  RoomEvent.ParticipantDisconnected,
  RoomEvent.TrackPublished,
  RoomEvent.TrackUnpublished,
  RoomEvent.TrackSubscribed,
  RoomEvent.TrackUnsubscribed,
  RoomEvent.TrackSubscriptionFailed,
  RoomEvent.TrackSubscriptionStatusChanged,
  RoomEvent.TrackMuted,
  RoomEvent.TrackUnmuted,
  RoomEvent.Reconnected,
] as const;

/**
 * Everybody's tracks: subscribes to those that may be and lists them. After every change of the SFU's word, the roster
 * or the cryptor's verdicts, all of it is derived anew; what stayed the same keeps its reference. Of what is encrypted
 * the SFU's word decides only whether it is subscribed: whose it is and what it shows is what its frames open as.
 */
export class TrackStore implements ReadonlyStore<readonly MeetingTrack[]> {
  readonly #identities: ReadonlyStore<ReadonlySet<string>>;
  readonly #own: ReadonlyStore<readonly MeetingTrack[]>;
  readonly #tracks = new Store<readonly MeetingTrack[]>([]);
  readonly #speakers = new Store<ReadonlySet<string>>(new Set());
  readonly #audioBlocked = new Store(false);
  readonly #playable = new WeakMap<Track, PlayableMedia>();
  readonly #receive: readonly MediaSource[] | null;
  readonly #stopOwn: () => void;
  #media: MediaConnection | null = null;
  /** Identities whose keys the cryptor has. Nobody is subscribed before: a first frame dropped costs seconds. */
  readonly #keyed = new Set<string>();
  #stopFollowing: () => void = () => undefined;

  /** `identities`: the roster's. `own`: tracks of this page. `receive`: the only sources of others to be subscribed to. */
  constructor(
    identities: ReadonlyStore<ReadonlySet<string>>,
    own: ReadonlyStore<readonly MeetingTrack[]>,
    receive: readonly MediaSource[] | null = null,
  ) {
    this.#identities = identities;
    this.#own = own;
    this.#receive = receive;
    this.#stopOwn = own.subscribe(() => this.#derive());
  }

  get(): readonly MeetingTrack[] {
    return this.#tracks.get();
  }

  subscribe(listener: () => void): () => void {
    return this.#tracks.subscribe(listener);
  }

  /** Participants who speak now, as the SFU hears it from the packets' audio level. */
  get speakers(): ReadonlyStore<ReadonlySet<string>> {
    return this.#speakers;
  }

  /** Whether the browser waits for a click before it plays sound. */
  get audioBlocked(): ReadonlyStore<boolean> {
    return this.#audioBlocked;
  }

  /** Plays the sound of others; to be called in a click. */
  async unblockAudio(): Promise<void> {
    await this.#media?.room.startAudio();
  }

  /** Shows what this connection brings from now on; null for none. */
  follow(media: MediaConnection | null): void {
    this.#stopFollowing();
    this.#media = media;
    this.#keyed.clear();
    this.#speakers.set(new Set());
    this.#audioBlocked.set(false);
    this.#stopFollowing = media ? this.#listen(media) : () => undefined;
    this.#derive();
  }

  dispose(): void {
    this.follow(null);
    this.#stopOwn();
  }

  #listen({ room, encryption }: MediaConnection): () => void {
    const derive = () => this.#derive();
    const speak = () => this.#deriveSpeakers(room);
    const playback = () => this.#audioBlocked.set(!room.canPlaybackAudio);
    for (const change of changes) room.on(change, derive);
    room.on(RoomEvent.ActiveSpeakersChanged, speak).on(RoomEvent.AudioPlaybackStatusChanged, playback);
    const admitted = new Set<string>();
    const admit = () => {
      const identities = this.#identities.get();
      for (const identity of admitted) {
        if (identities.has(identity)) continue;
        encryption?.expel(identity);
        admitted.delete(identity);
        this.#keyed.delete(identity);
      }
      for (const identity of identities) {
        if (admitted.has(identity)) continue;
        admitted.add(identity);
        // A failure is a broken worker, which the connection hears of, or a bad identity: never subscribed.
        encryption?.admit(identity).then(
          () => this.#markKeyed(identity, encryption),
          () => undefined,
        );
      }
      derive();
    };
    const stopRoster = this.#identities.subscribe(admit);
    const stopEncryption = encryption?.subscribe(derive);
    admit();
    return () => {
      for (const change of changes) room.off(change, derive);
      room.off(RoomEvent.ActiveSpeakersChanged, speak).off(RoomEvent.AudioPlaybackStatusChanged, playback);
      stopRoster();
      stopEncryption?.();
    };
  }

  #markKeyed(identity: string, encryption: MediaEncryptionManager): void {
    if (this.#media?.encryption !== encryption || !this.#identities.get().has(identity)) return;
    this.#keyed.add(identity);
    this.#derive();
  }

  #derive(): void {
    const media = this.#media;
    const received = media?.encryption?.receivedTracks ?? [];
    const remote = [...(media?.room.remoteParticipants.values() ?? [])].flatMap((participant) =>
      [...participant.trackPublications.values()].flatMap(
        (publication) => this.#show(participant, publication, received) ?? [],
      ),
    );
    this.#tracks.set(keepUnchanged(this.#tracks.get(), [...this.#own.get(), ...remote]));
  }

  #show(
    { identity }: RemoteParticipant,
    publication: RemoteTrackPublication,
    receivedTracks: readonly ReceivedTrackState[],
  ): MeetingTrack | null {
    const encryption = this.#media?.encryption ?? null;
    const { track, trackSid, isEncrypted, isMuted, isDesired, dimensions } = publication;
    const received = receivedTracks.find((each) => each.trackSid === trackSid && each.identity === identity);
    const granted = mediaSourceOf(publication.source);
    const source = received?.source ?? granted;
    const fitsKind = isOfKind(granted, publication.kind) && isOfKind(source, publication.kind);
    const inRoster = this.#identities.get().has(identity);
    const verdict = subscriptionOf({ source, fitsKind, inRoster, isEncrypted }, encryption !== null);
    const hasKey = !encryption || (this.#keyed.has(identity) && encryption.mayReceive(identity, publication));
    const isWanted = this.#receive === null || (granted !== null && this.#receive.includes(granted));
    const subscribe = verdict === "subscribe" && hasKey && isWanted;
    if (subscribe !== isDesired) publication.setSubscribed(subscribe);
    if (!source || verdict === "ignore") return null;
    return {
      id: trackSid,
      participantId: participantOf(identity),
      source,
      isLocal: false,
      muted: isMuted,
      status: verdict === "unencrypted" ? verdict : statusOf(track, encryption && (received?.state ?? "waiting")),
      media: subscribe && track && (received || !encryption) ? this.#play(track) : null,
      ...(dimensions && { dimensions }),
    };
  }

  #play(track: Track): PlayableMedia {
    const playable = this.#playable.get(track) ?? playableOf(track);
    this.#playable.set(track, playable);
    return playable;
  }

  #deriveSpeakers(room: Room): void {
    const speaking = room.activeSpeakers.filter(({ identity }) => this.#identities.get().has(identity));
    this.#speakers.set(new Set(speaking.map(({ identity }) => participantOf(identity))));
  }
}

/** A LiveKit track as the page sees it. */
export function playableOf(track: Track): PlayableMedia {
  return {
    attach: (element) => void track.attach(element),
    detach: (element) => void track.detach(element),
    get mediaStreamTrack() {
      return track.mediaStreamTrack;
    },
  };
}

function statusOf(track: Track | undefined, received: ReceivedTrackState["state"] | null): MeetingTrack["status"] {
  if (!track) return "waiting";
  return received === null || received === "ok" ? "live" : received;
}

function keepUnchanged(before: readonly MeetingTrack[], after: MeetingTrack[]): readonly MeetingTrack[] {
  const known = new Map(before.map((track) => [track.id, track]));
  const kept = after.map((track) => {
    const old = known.get(track.id);
    return old && isSame(old, track) ? old : track;
  });
  return kept.length === before.length && kept.every((track, index) => track === before[index]) ? before : kept;
}

function isSame(a: MeetingTrack, b: MeetingTrack): boolean {
  return (
    a.participantId === b.participantId &&
    a.source === b.source &&
    a.muted === b.muted &&
    a.status === b.status &&
    a.media === b.media &&
    a.dimensions?.width === b.dimensions?.width &&
    a.dimensions?.height === b.dimensions?.height
  );
}
