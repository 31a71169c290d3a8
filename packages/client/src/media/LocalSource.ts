import {
  ConnectionState,
  RoomEvent,
  TrackEvent,
  type LocalTrack,
  type LocalTrackPublication,
  type Room,
} from "livekit-client";
import { deviceErrorOf } from "../devices/deviceErrorOf.ts";
import { Store, type ReadonlyStore } from "../store/Store.ts";
import type { DeviceError, SourceState } from "./LocalMediaState.ts";

export interface LocalSourceOptions {
  /** At first: see {@link LocalSource.allow}. */
  readonly allowed: boolean;
  /** Tracks of the lobby's preview, taken over. */
  readonly tracks: readonly LocalTrack[];
  /** Opens the device; throws what the browser throws. */
  readonly capture: () => Promise<LocalTrack[]>;
  /** What "off" means: keep it published and muted, quick to come back; or end it. */
  readonly whenOff: "mute" | "stop";
  /** Why a failed capture failed; null for a person who changed their mind. */
  readonly errorOf?: (cause: unknown) => DeviceError | null;
}

/**
 * Microphone, camera or screen of this page. It has a wish (on or off) and works towards it, one step after the other,
 * whatever happens meanwhile: another wish, a device that goes away, a media connection that is replaced by a new one.
 */
export class LocalSource {
  readonly #options: LocalSourceOptions;
  readonly #state: Store<SourceState>;
  readonly #tracks = new Store<readonly LocalTrack[]>([]);
  /** What unmutes each of them. */
  readonly #unmute = new WeakMap<LocalTrack, () => Promise<LocalTrack>>();
  #wanted: boolean;
  #allowed: boolean;
  #room: Room | null = null;
  #working: Promise<void> | null = null;
  #disposed = false;
  /** The device went away, as opposed to what is switched off. */
  #deviceEnded = false;

  constructor(options: LocalSourceOptions) {
    const { allowed, tracks } = options;
    this.#options = options;
    this.#allowed = allowed;
    this.#wanted = allowed && tracks.length > 0;
    this.#state = new Store({ allowed, enabled: this.#wanted, pending: false, stopped: false, error: null });
    if (this.#wanted) this.#adopt(tracks);
    else for (const track of tracks) track.stop();
  }

  get state(): ReadonlyStore<SourceState> {
    return this.#state;
  }

  /** What is captured now; muted tracks too. */
  get tracks(): ReadonlyStore<readonly LocalTrack[]> {
    return this.#tracks;
  }

  /** Turns it on or off. Resolves when it is done or has failed, which the state tells. */
  set(on: boolean): Promise<void> {
    this.#wanted = on && this.#allowed;
    return this.#work();
  }

  /** Whether it may be on from now on. What may not be is ended, its device released. */
  async allow(allowed: boolean): Promise<void> {
    if (allowed === this.#allowed) return;
    this.#allowed = allowed;
    this.#patch({ allowed });
    if (allowed || this.#disposed) return;
    if (this.#wanted) this.#patch({ stopped: true });
    this.#wanted = false;
    await this.#working;
    if (!this.#allowed) await this.#end(this.#room);
  }

  /** Publishes through this room from now on; null while there is none. */
  async follow(room: Room | null): Promise<void> {
    this.#room?.off(RoomEvent.LocalTrackUnpublished, this.#noteUnpublished);
    this.#room = room;
    room?.on(RoomEvent.LocalTrackUnpublished, this.#noteUnpublished);
    if (room && this.#wanted) await this.#work();
  }

  /** Takes another device: at once if it is on. Resolves when done or failed. */
  async switchDevice(deviceId: string): Promise<void> {
    await this.#working;
    this.#patch({ pending: true, error: null });
    try {
      for (const track of this.#tracks.get()) await track.setDeviceId({ exact: deviceId });
      this.#patch({ pending: false });
    } catch (cause) {
      this.#patch({ pending: false, error: deviceErrorOf(cause) });
    }
    this.#noteTracks();
  }

  dispose(): void {
    this.#disposed = true;
    void this.follow(null);
    this.#release();
  }

  #work(): Promise<void> {
    this.#working ??= this.#reachWish().finally(() => (this.#working = null));
    return this.#working;
  }

  async #reachWish(): Promise<void> {
    this.#patch({ pending: true, stopped: false, error: null });
    let error: DeviceError | null = null;
    while (!this.#disposed && this.#wanted !== this.#isOn()) {
      const room = this.#room;
      try {
        await (this.#wanted ? this.#turnOn(room) : this.#turnOff(room));
      } catch (cause) {
        if (room !== this.#room) continue; // its media connection is gone: once more, with the new one
        this.#wanted = false;
        error = this.#options.errorOf ? this.#options.errorOf(cause) : deviceErrorOf(cause);
        await this.#turnOff(room).catch(() => this.#release());
      }
    }
    this.#patch({ pending: false, enabled: this.#isOn(), error });
  }

  #isOn(): boolean {
    const tracks = this.#tracks.get();
    const [first] = tracks;
    if (!first || first.isMuted) return false;
    return this.#wanted ? tracks.every((track) => this.#isPublished(track)) : true;
  }

  #isPublished(track: LocalTrack): boolean {
    if (!this.#room) return true; // as soon as there is one
    return [...this.#room.localParticipant.trackPublications.values()].some((each) => each.track === track);
  }

  async #turnOn(room: Room | null): Promise<void> {
    const ended = this.#tracks.get().some(({ mediaStreamTrack, isMuted }) => !isMuted && hasEnded(mediaStreamTrack));
    if (ended) this.#release();
    if (this.#tracks.get().length === 0) {
      const tracks = await this.#options.capture();
      if (this.#disposed) return tracks.forEach((track) => track.stop());
      this.#adopt(tracks);
    }
    for (const track of this.#tracks.get()) {
      if (track.isMuted) await this.#unmute.get(track)?.();
      if (room && !this.#isPublished(track)) await room.localParticipant.publishTrack(track);
    }
  }

  async #turnOff(room: Room | null): Promise<void> {
    if (this.#options.whenOff === "mute") {
      for (const track of this.#tracks.get()) await track.mute();
      return;
    }
    await this.#end(room);
  }

  async #end(room: Room | null): Promise<void> {
    const tracks = this.#tracks.get();
    this.#release();
    this.#patch({ enabled: false });
    for (const track of tracks) if (room) await room.localParticipant.unpublishTrack(track);
  }

  #adopt(tracks: readonly LocalTrack[]): void {
    this.#deviceEnded = false;
    for (const track of tracks) {
      // LiveKit's client unmutes when the SFU says so, which nobody may but the person: not even what it has just muted.
      this.#unmute.set(track, track.unmute.bind(track));
      track.unmute = () => Promise.resolve(track);
      track.on(TrackEvent.Muted, this.#noteTracks).on(TrackEvent.Unmuted, this.#noteTracks);
      track.on(TrackEvent.Restarted, this.#noteTracks).on(TrackEvent.Ended, this.#noteEnd);
    }
    this.#tracks.set([...tracks]);
  }

  #release(): void {
    for (const track of this.#tracks.get()) {
      track.off(TrackEvent.Muted, this.#noteTracks).off(TrackEvent.Unmuted, this.#noteTracks);
      track.off(TrackEvent.Restarted, this.#noteTracks).off(TrackEvent.Ended, this.#noteEnd);
      track.stop();
    }
    this.#tracks.set([]);
  }

  /** LiveKit muted or restarted a track by itself: moderation, or a device that went away. */
  readonly #noteTracks = (): void => {
    this.#tracks.set([...this.#tracks.get()]);
    if (this.#working || this.#disposed) return;
    const [first] = this.#tracks.get();
    if (first && !hasEnded(first.mediaStreamTrack)) this.#deviceEnded = false;
    if (this.#wanted && first?.isMuted) {
      this.#wanted = false;
      this.#patch(this.#deviceEnded ? { error: "no_device" } : { stopped: true });
    }
    this.#patch({ enabled: this.#isOn() });
  };

  /** The device is gone, or the person ended the screen share in the browser's own bar. LiveKit tries other devices. */
  readonly #noteEnd = (): void => {
    this.#deviceEnded = true;
    if (this.#options.whenOff === "stop") void this.set(false);
  };

  /** The SFU ended it: moderation. LiveKit also unpublishes when it reconnects or closes, which is seen a moment later. */
  readonly #noteUnpublished = ({ track }: LocalTrackPublication): void => {
    const room = this.#room;
    setTimeout(() => {
      if (!track || !room || room !== this.#room || room.state !== ConnectionState.Connected) return;
      if (!this.#wanted || this.#working || !this.#tracks.get().includes(track) || this.#isPublished(track)) return;
      this.#wanted = false;
      this.#patch({ stopped: true });
      void this.#end(room);
    });
  };

  #patch(change: Partial<SourceState>): void {
    const before = this.#state.get();
    const after = { ...before, ...change };
    const keys = ["allowed", "enabled", "pending", "stopped", "error"] as const;
    if (keys.some((key) => before[key] !== after[key])) this.#state.set(after);
  }
}

function hasEnded(track: MediaStreamTrack): boolean {
  return track.readyState === "ended";
}
