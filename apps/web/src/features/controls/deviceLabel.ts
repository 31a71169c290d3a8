import type { Device } from "@sotto/client";
import type { TFunction } from "i18next";

/** The browser's name of a device, without the hardware id Chromium appends; a number where it tells no name. */
export function deviceLabel(device: Device, index: number, t: TFunction<"controls">): string {
  const name = device.label.replace(/\s*\([0-9a-f]{4}:[0-9a-f]{4}\)$/i, "");
  return name || t("devices.numbered", { number: index + 1 });
}
