import type { Meeting } from "@sotto/client";
import type { Dispatch, SetStateAction } from "react";
import { useTranslation } from "react-i18next";
import type { PanelName } from "../../features/controls/ControlBar.tsx";
import { shortcutKeys, type MeetingAction } from "../../features/controls/shortcuts.ts";
import { sourceWords, type Unlockable } from "../../features/controls/sourceWords.ts";
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
  unlockable: Unlockable,
  setOpenPanel: Dispatch<SetStateAction<PanelName | null>>,
): MeetingActions {
  const { t } = useTranslation("controls");
  const showToast = useToast();
  const preferences = usePreferencesStore();
  const shortcuts = usePreference("shortcuts");
  const { localMedia, info } = meeting;

  const toggle = (source: "microphone" | "camera" | "screen") => {
    const state = localMedia.state.get();
    const { allowed, enabled } = state[source];
    if (!allowed) return showToast({ text: t(sourceWords(source, state, unlockable)) });
    if (source === "microphone") return void localMedia.setMicrophone(!enabled);
    if (source === "camera") return void localMedia.setCamera(!enabled);
    return void localMedia.setScreenShare(!enabled);
  };
  const toggleHand = () => {
    if (!meeting.standing.get().permissions.rpc.includes("hand")) return;
    const isRaised = meeting.participants.get().some(({ isLocal, hand }) => isLocal && hand !== null);
    const changed = isRaised ? meeting.hand.lower() : meeting.hand.raise();
    changed.catch(() => showToast({ tone: "danger", text: t("hand.failed") }));
  };
  const act = (action: MeetingAction) => {
    switch (action) {
      case "microphone":
      case "camera":
      case "screen":
        return toggle(action);
      case "hand":
        return toggleHand();
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
