import { TrackEvent, type LocalAudioTrack, type LocalVideoTrack } from "livekit-client";
import type { DeviceError } from "../media/LocalMediaState.ts";
import { Store, type ReadonlyStore } from "../store/Store.ts";
import { captureTracks, type CaptureRequest } from "./captureTracks.ts";
import { DeviceList, type Devices } from "./DeviceList.ts";

/** A microphone or camera before the meeting. `track` is there exactly while it is captured. */
export interface PreviewSource<Track> {
  readonly track: Track | null;
  /** The person is being asked, or the device is starting. */
  readonly pending: boolean;
  /** Why there is no track although one was wanted; cleared by the next attempt. */
  readonly error: DeviceError | null;
}

export interface PreviewState {
  readonly microphone: PreviewSource<LocalAudioTrack>;
  readonly camera: PreviewSource<LocalVideoTrack>;
}

/** What the lobby gives away: tracks, `true` for what is wanted but not captured yet, `false` for what is off. */
export interface PreviewTracks {
  readonly microphone: LocalAudioTrack | boolean;
  readonly camera: LocalVideoTrack | boolean;
}

type SourceName = keyof PreviewState;

const off = { track: null, pending: false, error: null };

/**
 * Microphone and camera while the person looks at themselves before joining. What is switched off is released, so that
 * the camera's light goes out. Whoever makes it disposes it, unless {@link handOver} gave the tracks away.
 */
export class DevicePreview implements Disposable {
  readonly #state = new Store<PreviewState>({ microphone: off, camera: off });
  readonly #list = new DeviceList();
  readonly #deviceIds: Partial<Record<SourceName, string>>;
  /** Counts the changes of each source: an answer to an older wish is thrown away. */
  readonly #wish: Record<SourceName, number> = { microphone: 0, camera: 0 };
  #disposed = false;

  /** `deviceIds`: the devices to take where they exist. */
  constructor(deviceIds: { readonly microphone?: string | undefined; readonly camera?: string | undefined } = {}) {
    this.#deviceIds = {
      ...(deviceIds.microphone !== undefined && { microphone: deviceIds.microphone }),
      ...(deviceIds.camera !== undefined && { camera: deviceIds.camera }),
    };
  }

  get state(): ReadonlyStore<PreviewState> {
    return this.#state;
  }

  get devices(): ReadonlyStore<Devices> {
    return this.#list.devices;
  }

  /**
   * Switches on what is named, with one question to the person. Never throws: failures are in the state. Once disposed
   * it does nothing.
   */
  async start(wanted: Readonly<Record<SourceName, boolean>>): Promise<void> {
    const names = (["microphone", "camera"] as const).filter((name) => wanted[name]);
    if (names.length === 0 || this.#disposed) return;
    const wishes = names.map((name) => [name, this.#begin(name)] as const);
    const captured = await captureTracks({
      microphone: this.#request("microphone", wanted),
      camera: this.#request("camera", wanted),
    });
    for (const [name, wish] of wishes) this.#settle(name, wish, captured[name]);
    await this.#list.refresh();
  }

  /** Switches one source off and releases its device. */
  stop(name: SourceName): void {
    this.#wish[name] += 1;
    this.#state.get()[name].track?.stop();
    this.#set(name, off);
  }

  /** Takes another device from now on; at once when the source is on or had failed. */
  async switchDevice(name: SourceName, deviceId: string): Promise<void> {
    this.#deviceIds[name] = deviceId;
    const { track, pending, error } = this.#state.get()[name];
    if (track === null && !pending && error === null) return;
    this.stop(name);
    await this.start({ microphone: name === "microphone", camera: name === "camera" });
  }

  /** Gives the tracks away and forgets them; what is pending is given up here and stays wanted. */
  handOver(): PreviewTracks {
    const { microphone, camera } = this.#state.get();
    for (const name of ["microphone", "camera"] as const) {
      this.#wish[name] += 1;
      this.#set(name, off);
    }
    return { microphone: microphone.track ?? microphone.pending, camera: camera.track ?? camera.pending };
  }

  [Symbol.dispose](): void {
    this.#disposed = true;
    this.stop("microphone");
    this.stop("camera");
    this.#list[Symbol.dispose]();
  }

  #request<Name extends SourceName>(name: Name, wanted: Readonly<Record<SourceName, boolean>>): CaptureRequest[Name] {
    return wanted[name] && { deviceId: this.#deviceIds[name] };
  }

  #begin(name: SourceName): number {
    this.stop(name);
    this.#set(name, { ...off, pending: true });
    return this.#wish[name];
  }

  #settle(name: SourceName, wish: number, result: LocalAudioTrack | LocalVideoTrack | DeviceError | null): void {
    const track = typeof result === "string" ? null : result;
    if (wish !== this.#wish[name]) {
      track?.stop();
      return;
    }
    // Unplugged, or taken away by the browser.
    track?.once(TrackEvent.Ended, () => {
      if (this.#state.get()[name].track === track) this.#set(name, { ...off, error: "no_device" });
    });
    this.#set(name, { track, pending: false, error: typeof result === "string" ? result : null });
  }

  #set(name: SourceName, source: PreviewSource<LocalAudioTrack | LocalVideoTrack>): void {
    this.#state.set({ ...this.#state.get(), [name]: source });
  }
}
