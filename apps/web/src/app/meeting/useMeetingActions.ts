import type { Meeting } from "@sotto/client";
import type { Dispatch, SetStateAction } from "react";
import { useTranslation } from "react-i18next";
import type { PanelName } from "../../features/controls/ControlBar.tsx";
import { shortcutKeys, type MeetingAction } from "../../features/controls/shortcuts.ts";
import { useShortcuts } from "../../features/controls/useShortcuts.ts";
import { useToast } from "../../ui/Toast.tsx";
import { usePreference, usePreferencesStore } from "../preferences.ts";

export interface MeetingActions {
  act: (action: MeetingAction) => void;
  chooseDevice: (kind: MediaDeviceKind, deviceId: string) => void;
  endForAll: () => void;
  /** Begins the meeting again with a new passphrase. */
  restart: () => void;
  /** Adds the key of an action to its label, while keys work. */
  withKey: (label: string, action: MeetingAction) => string;
}

/** What a person can do in the meeting, for buttons and keys alike. */
export function useMeetingActions(
  meeting: Meeting,
  setOpenPanel: Dispatch<SetStateAction<PanelName | null>>,
): MeetingActions {
  const { t } = useTranslation("controls");
  const showToast = useToast();
  const preferences = usePreferencesStore();
  const shortcuts = usePreference("shortcuts");
  const { localMedia, info } = meeting;

  const act = (action: MeetingAction) => {
    const { microphone, camera, screen } = localMedia.state.get();
    switch (action) {
      case "microphone":
        return void (microphone.allowed && localMedia.setMicrophone(!microphone.enabled));
      case "camera":
        return void (camera.allowed && localMedia.setCamera(!camera.enabled));
      case "screen":
        return void (screen.allowed && localMedia.setScreenShare(!screen.enabled));
      case "chat":
        if (!info.features.chat_features.is_allow) return undefined;
        return setOpenPanel((open) => (open === "chat" ? null : "chat"));
      case "people":
        return setOpenPanel((open) => (open === "people" ? null : "people"));
    }
  };
  useShortcuts(shortcuts, act);

  const chooseDevice = (kind: MediaDeviceKind, deviceId: string) => {
    localMedia.switchDevice(kind, deviceId).then(
      () => preferences.setState(({ devices }) => ({ devices: { ...devices, [kind]: deviceId } })),
      () => showToast({ tone: "danger", text: t("devices.failed") }),
    );
  };
  const endForAll = () => {
    meeting.endForAll().catch(() => showToast({ tone: "danger", text: t("end.failed") }));
  };
  const restart = () => {
    meeting
      .restart()
      .catch(() => showToast({ tone: "danger", text: t("protection.restart.failed", { ns: "meeting" }) }));
  };
  const withKey = (label: string, action: MeetingAction) =>
    shortcuts ? t("withKey", { label, key: shortcutKeys[action] }) : label;

  return { act, chooseDevice, endForAll, restart, withKey };
}
