import { Store, type ReadonlyStore } from "../store/Store.ts";

/** A microphone, camera or speaker. `label` is empty until the person has allowed one of its kind. */
export interface Device {
  readonly deviceId: string;
  readonly label: string;
}

/** The devices of this machine by kind, in the browser's order; without those the browser does not name yet. */
export type Devices = Readonly<Record<MediaDeviceKind, readonly Device[]>>;

const none: Devices = { audioinput: [], videoinput: [], audiooutput: [] };

/** The devices of this machine, kept current while something is plugged in or out. Whoever makes it disposes it. */
export class DeviceList implements Disposable {
  readonly #devices = new Store<Devices>(none);
  readonly #onChange = () => void this.refresh();

  constructor() {
    navigator.mediaDevices.addEventListener("devicechange", this.#onChange);
    this.#onChange();
  }

  get devices(): ReadonlyStore<Devices> {
    return this.#devices;
  }

  /** Reads the list again: the browser tells names only once a permission was given. */
  async refresh(): Promise<void> {
    const found = await navigator.mediaDevices.enumerateDevices().catch(() => []);
    this.#devices.set(devicesByKind(found));
  }

  [Symbol.dispose](): void {
    navigator.mediaDevices.removeEventListener("devicechange", this.#onChange);
  }
}

/** Sorts what `enumerateDevices` answers by kind; entries without an id say only that there is something. */
export function devicesByKind(found: readonly Pick<MediaDeviceInfo, "deviceId" | "kind" | "label">[]): Devices {
  const byKind: Record<MediaDeviceKind, Device[]> = { audioinput: [], videoinput: [], audiooutput: [] };
  for (const { deviceId, kind, label } of found) if (deviceId) byKind[kind].push({ deviceId, label });
  return byKind;
}

/** Whether the page may choose where sound is played. */
export function canChooseSpeaker(): boolean {
  return "setSinkId" in HTMLMediaElement.prototype;
}
