/** Why a device could not be used. `failed`: anything the browser does not explain. */
export type DeviceError = "permission_denied" | "no_device" | "device_busy" | "failed";

/**
 * One of the three things a participant can publish.
 *
 * - `allowed`: whether the meeting's permissions let us now.
 * - `enabled`: whether others receive it (published and not muted).
 * - `pending`: a change is under way.
 * - `stopped`: it was on, and the meeting switched it off: a host did, says the SFU. Cleared by the next attempt.
 * - `error`: why the last attempt to enable it failed; cleared by the next attempt.
 */
export interface SourceState {
  readonly allowed: boolean;
  readonly enabled: boolean;
  readonly pending: boolean;
  readonly stopped: boolean;
  readonly error: DeviceError | null;
}

/** State of the own devices. Device ids are null until known. */
export interface LocalMediaState {
  readonly microphone: SourceState;
  readonly camera: SourceState;
  readonly screen: SourceState;
  readonly devices: Readonly<Record<MediaDeviceKind, string | null>>;
}
