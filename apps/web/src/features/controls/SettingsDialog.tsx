import type { Devices } from "@sotto/client";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Dialog } from "../../ui/Dialog.tsx";
import { Select } from "../../ui/Select.tsx";
import { Switch } from "../../ui/Switch.tsx";
import { deviceLabel } from "./deviceLabel.ts";
import styles from "./SettingsDialog.module.css";
import { shortcutKeys, type MeetingAction } from "./shortcuts.ts";

export interface SettingsDialogProps {
  isOpen: boolean;
  onOpenChange: (isOpen: boolean) => void;
  devices: Devices;
  chosen: Readonly<Record<MediaDeviceKind, string | null>>;
  onChooseDevice: (kind: MediaDeviceKind, deviceId: string) => void;
  theme: string;
  onChooseTheme: (theme: string) => void;
  /** Languages by code, each under its own name. */
  languages: Readonly<Record<string, string>>;
  language: string;
  onChooseLanguage: (language: string) => void;
  shortcuts: boolean;
  onChangeShortcuts: (enabled: boolean) => void;
  /** Further sections, of others. */
  more: readonly { title: string; content: ReactNode }[];
}

const kinds = ["audioinput", "videoinput", "audiooutput"] as const;
const themes = ["system", "light", "dark"] as const;
const actions = Object.keys(shortcutKeys) as MeetingAction[];

/** Devices, appearance, language and keys. Every change is in force at once. */
export function SettingsDialog(props: SettingsDialogProps) {
  const { t } = useTranslation("controls");
  const { devices, chosen } = props;
  return (
    <Dialog title={t("settings.title")} isOpen={props.isOpen} onOpenChange={props.onOpenChange}>
      <div className={styles.settings}>
        <section className={styles.section}>
          <h3 className={styles.heading}>{t("settings.devices")}</h3>
          {kinds.map((kind) => (
            <Select
              key={kind}
              label={t(`devices.${kind}`)}
              options={devices[kind].map((device, index) => ({
                id: device.deviceId,
                label: deviceLabel(device, index, t),
              }))}
              value={chosen[kind] ?? devices[kind][0]?.deviceId ?? null}
              onChange={(deviceId) => props.onChooseDevice(kind, deviceId)}
              placeholder={t("devices.none")}
              isDisabled={devices[kind].length === 0}
            />
          ))}
        </section>
        <section className={styles.section}>
          <h3 className={styles.heading}>{t("settings.appearance")}</h3>
          <Select
            label={t("settings.theme")}
            options={themes.map((theme) => ({ id: theme, label: t(`settings.themes.${theme}`) }))}
            value={props.theme}
            onChange={props.onChooseTheme}
          />
          <Select
            label={t("settings.language")}
            options={Object.entries(props.languages).map(([id, label]) => ({ id, label }))}
            value={props.language}
            onChange={props.onChooseLanguage}
          />
        </section>
        <section className={styles.section}>
          <h3 className={styles.heading}>{t("settings.keyboard")}</h3>
          <Switch isSelected={props.shortcuts} onChange={props.onChangeShortcuts}>
            {t("settings.shortcuts")}
          </Switch>
          <dl className={styles.keys}>
            {actions.map((action) => (
              <div key={action}>
                <dt>{t(`settings.actions.${action}`)}</dt>
                <dd>
                  <kbd>{shortcutKeys[action]}</kbd>
                </dd>
              </div>
            ))}
          </dl>
        </section>
        {props.more.map(({ title, content }) => (
          <section key={title} className={styles.section}>
            <h3 className={styles.heading}>{title}</h3>
            {content}
          </section>
        ))}
      </div>
    </Dialog>
  );
}
