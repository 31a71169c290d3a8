import { DeviceList, type Devices, type LocalMedia } from "@sotto/client";
import { useEffect, useState } from "react";

/** The devices of this machine. Browsers name them only after a permission, so they are read again after every capture. */
export function useDevices(localMedia: LocalMedia): Devices {
  const [devices, setDevices] = useState<Devices>({ audioinput: [], videoinput: [], audiooutput: [] });
  useEffect(() => {
    const list = new DeviceList();
    const stopReading = list.devices.subscribe(() => setDevices(list.devices.get()));
    const stopRefreshing = localMedia.state.subscribe(() => void list.refresh());
    return () => {
      stopReading();
      stopRefreshing();
      list[Symbol.dispose]();
    };
  }, [localMedia]);
  return devices;
}
