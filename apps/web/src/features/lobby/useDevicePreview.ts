import { DevicePreview } from "@sotto/client";
import { useEffect, useEffectEvent, useState } from "react";

interface Wanted {
  readonly microphone: boolean;
  readonly camera: boolean;
}

/** A preview that captures what is `wanted` from the first render on, until the view goes away. */
export function useDevicePreview(wanted: Wanted, devices: Partial<Record<MediaDeviceKind, string>>) {
  const [preview, setPreview] = useState<DevicePreview | null>(null);
  const open = useEffectEvent(() => {
    const opened = new DevicePreview({ microphone: devices.audioinput, camera: devices.videoinput });
    void opened.start(wanted);
    return opened;
  });
  useEffect(() => {
    const opened = open();
    // Opened and closed with the view, and only then rendered: it cannot be made while rendering.
    // oxlint-disable-next-line react/set-state-in-effect
    setPreview(opened);
    return () => opened[Symbol.dispose]();
  }, []);
  return preview;
}
