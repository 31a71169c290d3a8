import type { DeviceError } from "../media/LocalMediaState.ts";

/** Why `getUserMedia` or `getDisplayMedia` failed, from the names that W3C Media Capture gives its errors (10.3.2). */
export function deviceErrorOf(cause: unknown): DeviceError {
  switch (cause instanceof Error ? cause.name : "") {
    case "NotAllowedError":
    case "SecurityError":
      return "permission_denied";
    case "NotFoundError":
    case "OverconstrainedError":
      return "no_device";
    case "NotReadableError":
    case "AbortError":
      return "device_busy";
    default:
      return "failed";
  }
}
