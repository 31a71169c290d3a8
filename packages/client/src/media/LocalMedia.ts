import type { MediaSource, Permissions } from "@sotto/protocol";
import {
  createLocalAudioTrack,
  createLocalScreenTracks,
  createLocalVideoTrack,
  VideoPresets,
  type LocalAudioTrack,
  type LocalTrack,
  type LocalVideoTrack,
} from "livekit-client";
import { deviceErrorOf } from "../devices/deviceErrorOf.ts";
import type { JoinMedia } from "../JoinOptions.ts";
import { SottoError } from "../SottoError.ts";
import { Store, type ReadonlyStore } from "../store/Store.ts";
import type { LocalMediaState } from "./LocalMediaState.ts";
import { LocalSource } from "./LocalSource.ts";
import type { MediaConnection } from "./MediaConnection.ts";
import type { MeetingTrack, PlayableMedia } from "./MeetingTrack.ts";
import { mediaSourceOf } from "./subscriptionOf.ts";
import { playableOf } from "./TrackStore.ts";

type SourceName = "microphone" | "camera" | "screen";
const sourceNames = ["microphone", "camera", "screen"] as const;
const publishedAs = { microphone: "microphone", camera: "camera", screen: "screen_share" } as const;

/** Microphone, camera and screen of this page, and the devices they use. They survive a change of media connection. */
export class LocalMedia {
  readonly #sources: Record<SourceName, LocalSource>;
  readonly #devices: Record<MediaDeviceKind, string | null>;
  readonly #hasMedia: boolean;
  readonly #state: Store<LocalMediaState>;
  readonly #tracks = new Store<readonly MeetingTrack[]>([]);
  readonly #playable = new WeakMap<LocalTrack, PlayableMedia>();
  readonly #selfId: string;
  #publish: readonly MediaSource[];
  #media: MediaConnection | null = null;

  /** Made by `Meeting.join`. `media` null: nothing is ever allowed. Takes the given tracks over. */
  constructor(selfId: string, media: JoinMedia | null, { publish }: Permissions) {
    this.#selfId = selfId;
    this.#hasMedia = media !== null;
    this.#publish = publish;
    this.#devices = { audioinput: null, videoinput: null, audiooutput: media?.speakerDeviceId ?? null };
    const allowed = (source: MediaSource) => this.#isAllowed(source);
    const given = (track: LocalAudioTrack | LocalVideoTrack | boolean | undefined) =>
      typeof track === "object" ? [asLocalTrack(track)] : [];
    this.#sources = {
      microphone: new LocalSource({
        allowed: allowed(publishedAs.microphone),
        tracks: given(media?.microphone),
        capture: async () => [asLocalTrack(await createLocalAudioTrack(wish(this.#devices.audioinput)))],
        whenOff: "mute",
      }),
      camera: new LocalSource({
        allowed: allowed(publishedAs.camera),
        tracks: given(media?.camera),
        capture: async () => {
          const { resolution } = VideoPresets.h720;
          return [asLocalTrack(await createLocalVideoTrack({ ...wish(this.#devices.videoinput), resolution }))];
        },
        whenOff: "mute",
      }),
      screen: new LocalSource({
        allowed: allowed(publishedAs.screen),
        tracks: [],
        capture: () => createLocalScreenTracks({ audio: allowed("screen_share_audio") }),
        whenOff: "stop",
        errorOf: screenErrorOf,
      }),
    };
    this.#state = new Store(this.#readState());
    for (const name of sourceNames) {
      this.#sources[name].state.subscribe(() => this.#state.set(this.#readState()));
      this.#sources[name].tracks.subscribe(() => this.#noteTracks());
    }
    this.#noteTracks();
    if (media?.microphone === true) void this.#sources.microphone.set(true);
    if (media?.camera === true) void this.#sources.camera.set(true);
  }

  get state(): ReadonlyStore<LocalMediaState> {
    return this.#state;
  }

  /** Own tracks, as `Meeting.tracks` lists them. */
  get tracks(): ReadonlyStore<readonly MeetingTrack[]> {
    return this.#tracks;
  }

  /** Turns the microphone on or off. Resolves when done or failed: failures are in {@link state}. */
  setMicrophone(on: boolean): Promise<void> {
    return this.#set("microphone", on);
  }

  /** Turns the camera on or off; off also turns its light off. Resolves when done or failed. */
  setCamera(on: boolean): Promise<void> {
    return this.#set("camera", on);
  }

  /** Starts (the browser asks what to show) or ends sharing the screen. Resolves when done, failed or not chosen. */
  setScreenShare(on: boolean): Promise<void> {
    return this.#set("screen", on);
  }

  /**
   * Uses another device from now on. For microphone and camera failures are in {@link state}; a speaker that cannot be
   * used throws a {@link SottoError} (`media_unavailable`).
   */
  async switchDevice(kind: MediaDeviceKind, deviceId: string): Promise<void> {
    if (kind === "audiooutput") {
      try {
        await this.#media?.room.switchActiveDevice(kind, deviceId);
      } catch (cause) {
        throw SottoError.mediaUnavailable(cause);
      }
    }
    this.#devices[kind] = deviceId;
    this.#state.set(this.#readState());
    if (kind === "audioinput") await this.#sources.microphone.switchDevice(deviceId);
    if (kind === "videoinput") await this.#sources.camera.switchDevice(deviceId);
  }

  /** What may be published from now on. What may not be any more is ended; resolves then. */
  async allow({ publish }: Permissions): Promise<void> {
    this.#publish = publish;
    await Promise.all(sourceNames.map((name) => this.#sources[name].allow(this.#isAllowed(publishedAs[name]))));
  }

  /** Publishes over this connection from now on; null while there is none. Resolves when published or failed. */
  async follow(media: MediaConnection | null): Promise<void> {
    this.#media = media;
    await Promise.all(sourceNames.map((name) => this.#sources[name].follow(media?.room ?? null)));
  }

  /** Stops every device. */
  dispose(): void {
    for (const name of sourceNames) this.#sources[name].dispose();
  }

  #isAllowed(source: MediaSource): boolean {
    return this.#hasMedia && this.#publish.includes(source);
  }

  async #set(name: SourceName, on: boolean): Promise<void> {
    if (on && !this.#sources[name].state.get().allowed) {
      throw SottoError.refused({ code: "not_allowed", message: `The meeting does not let you use your ${name}.` });
    }
    await this.#sources[name].set(on);
  }

  #noteTracks(): void {
    const tracks = sourceNames.flatMap((name) => this.#sources[name].tracks.get());
    for (const track of tracks) {
      const { deviceId } = track.getSourceTrackSettings();
      const kind = { microphone: "audioinput", camera: "videoinput" }[track.source as string];
      if (deviceId && (kind === "audioinput" || kind === "videoinput")) this.#devices[kind] = deviceId;
    }
    this.#tracks.set(tracks.flatMap((track) => this.#show(track) ?? []));
    this.#state.set(this.#readState());
  }

  #show(track: LocalTrack): MeetingTrack | null {
    const source = mediaSourceOf(track.source);
    if (!source) return null;
    const media = this.#playable.get(track) ?? playableOf(track);
    this.#playable.set(track, media);
    const dimensions = track.dimensions;
    return {
      id: `local-${source}`,
      participantId: this.#selfId,
      source,
      isLocal: true,
      muted: track.isMuted,
      status: "live",
      media,
      ...(dimensions && { dimensions }),
    };
  }

  #readState(): LocalMediaState {
    return {
      microphone: this.#sources.microphone.state.get(),
      camera: this.#sources.camera.state.get(),
      screen: this.#sources.screen.state.get(),
      devices: { ...this.#devices },
    };
  }
}

/** Closing the browser's picker is no error; a system that forbids capture is. */
function screenErrorOf(cause: unknown) {
  const declined = cause instanceof Error && cause.name === "NotAllowedError" && !/system/i.test(cause.message);
  return declined ? null : deviceErrorOf(cause);
}

const wish = (deviceId: string | null) => (deviceId === null ? {} : { deviceId: { ideal: deviceId } });

/** LiveKit's own subclasses do not fit their base class under `exactOptionalPropertyTypes`. */
const asLocalTrack = (track: LocalAudioTrack | LocalVideoTrack) => track as LocalTrack;
