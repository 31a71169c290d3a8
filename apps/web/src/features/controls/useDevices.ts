import { DeviceList, type Devices, type LocalMediaState } from "@sotto/client";
import { useEffect, useState } from "react";

/** The devices of this machine. Browsers tell their names only after a permission, so a new capture reads them again. */
export function useDevices({ microphone, camera }: LocalMediaState): Devices {
  const [devices, setDevices] = useState<Devices>({ audioinput: [], videoinput: [], audiooutput: [] });
  useEffect(() => {
    const list = new DeviceList();
    const stop = list.devices.subscribe(() => setDevices(list.devices.get()));
    return () => {
      stop();
      list[Symbol.dispose]();
    };
  }, [microphone.enabled, camera.enabled]);
  return devices;
}
