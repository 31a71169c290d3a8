import { createLocalTracks, LocalAudioTrack, LocalVideoTrack, VideoPresets } from "livekit-client";
import type { DeviceError } from "../media/LocalMediaState.ts";
import { deviceErrorOf } from "./deviceErrorOf.ts";
import { devicePermission } from "./devicePermission.ts";

/** What to capture. `false`: leave it alone. A device id is a wish: without that device, another is taken. */
export interface CaptureRequest {
  readonly microphone: { readonly deviceId?: string | undefined } | false;
  readonly camera: { readonly deviceId?: string | undefined } | false;
}

/** A captured track, the reason why there is none, or null when none was asked for. */
export interface Captured {
  readonly microphone: LocalAudioTrack | DeviceError | null;
  readonly camera: LocalVideoTrack | DeviceError | null;
}

/** Captures microphone and camera with one question to the person; where one cannot be had, the other still is. */
export async function captureTracks({ microphone, camera }: CaptureRequest): Promise<Captured> {
  try {
    return await capture({ microphone, camera });
  } catch (cause) {
    const error = deviceErrorOf(cause);
    const failed: Captured = { microphone: microphone ? error : null, camera: camera ? error : null };
    if (!microphone || !camera) return failed;
    const retry = error === "permission_denied" ? await onlyOneDenied() : ["microphone" as const, "camera" as const];
    const alone = await Promise.all([
      retry.includes("microphone") ? captureTracks({ microphone, camera: false }) : failed,
      retry.includes("camera") ? captureTracks({ microphone: false, camera }) : failed,
    ]);
    return { microphone: alone[0].microphone, camera: alone[1].camera };
  }
}

/** The source that is still open when the other was forbidden for good; asking for both again would only annoy. */
async function onlyOneDenied(): Promise<("microphone" | "camera")[]> {
  const [microphone, camera] = await Promise.all([devicePermission("microphone"), devicePermission("camera")]);
  if (camera === "denied" && microphone !== "denied") return ["microphone"];
  if (microphone === "denied" && camera !== "denied") return ["camera"];
  return [];
}

async function capture({ microphone, camera }: CaptureRequest): Promise<Captured> {
  const tracks = await createLocalTracks({
    audio: microphone && {
      ...wish(microphone.deviceId),
      echoCancellation: true,
      noiseSuppression: true,
      autoGainControl: true,
    },
    video: camera && { ...wish(camera.deviceId), resolution: VideoPresets.h720.resolution },
  });
  const captured: { microphone: LocalAudioTrack | null; camera: LocalVideoTrack | null } = {
    microphone: null,
    camera: null,
  };
  for (const track of tracks) {
    if (track instanceof LocalAudioTrack) captured.microphone = track;
    if (track instanceof LocalVideoTrack) captured.camera = track;
  }
  return captured;
}

const wish = (deviceId: string | undefined) => (deviceId ? { deviceId: { ideal: deviceId } } : {});
