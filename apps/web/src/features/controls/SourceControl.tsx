import type { Device, SourceState } from "@sotto/client";
import { ChevronUp, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { IconButton } from "../../ui/IconButton.tsx";
import { Menu, MenuItem, MenuSection } from "../../ui/Menu.tsx";
import { deviceLabel } from "./deviceLabel.ts";
import styles from "./SourceControl.module.css";

export interface DeviceChoice {
  kind: MediaDeviceKind;
  title: string;
  devices: readonly Device[];
}

export interface SourceControlProps {
  source: SourceState;
  label: string;
  iconOn: ReactNode;
  iconOff: ReactNode;
  onToggle: () => void;
  menuLabel: string;
  choices: readonly DeviceChoice[];
  chosen: Readonly<Record<MediaDeviceKind, string | null>>;
  onChoose: (kind: MediaDeviceKind, deviceId: string) => void;
}

/** Microphone or camera: one button for on and off, and a narrow one beside it for which. */
export function SourceControl({ source, label, iconOn, iconOff, onToggle, menuLabel, ...menu }: SourceControlProps) {
  const { t } = useTranslation("controls");
  const choices = menu.choices.filter(({ devices }) => devices.length > 0);
  return (
    <div className={styles.control} data-on={source.enabled || undefined}>
      <IconButton
        label={label}
        tone={source.enabled ? "solid" : "off"}
        size="l"
        isLocked={!source.allowed}
        isPending={source.pending}
        onPress={onToggle}
      >
        {source.enabled ? iconOn : iconOff}
        {source.error && <TriangleAlert role="img" aria-label={t("error.mark")} className={styles.error} />}
      </IconButton>
      {choices.length > 0 && (
        <Menu
          label={menuLabel}
          placement="top start"
          trigger={
            <IconButton label={menuLabel} isDisabled={!source.allowed}>
              <ChevronUp aria-hidden="true" />
            </IconButton>
          }
        >
          {choices.map(({ kind, title, devices }) => (
            <MenuSection
              key={kind}
              title={title}
              selected={menu.chosen[kind] ?? devices[0]?.deviceId ?? ""}
              onSelect={(deviceId) => menu.onChoose(kind, deviceId)}
            >
              {devices.map((device, index) => (
                <MenuItem key={device.deviceId} id={device.deviceId}>
                  {deviceLabel(device, index, t)}
                </MenuItem>
              ))}
            </MenuSection>
          ))}
        </Menu>
      )}
    </div>
  );
}
