import type { Devices, LocalMediaState } from "@sotto/client";
import { useState } from "react";
import { report } from "../../test/gallery/report.ts";
import { ControlBar, type ControlBarProps } from "./ControlBar.tsx";
import { SettingsDialog } from "./SettingsDialog.tsx";
import { StatisticsSettings } from "./StatisticsSettings.tsx";
import { shortcutKeys } from "./shortcuts.ts";
import { useShortcuts } from "./useShortcuts.ts";

const devices: Devices = {
  audioinput: [
    { deviceId: "mic1", label: "Built-in microphone" },
    { deviceId: "mic2", label: "Headset (0b0e:0300)" },
  ],
  videoinput: [{ deviceId: "cam1", label: "" }],
  audiooutput: [{ deviceId: "spk1", label: "Built-in speakers" }],
};
const on = { allowed: true, enabled: true, pending: false, stopped: false, error: null };
const off = { ...on, enabled: false };
const media: LocalMediaState = {
  microphone: on,
  camera: off,
  screen: off,
  devices: { audioinput: "mic1", videoinput: "cam1", audiooutput: "spk1" },
};

const props: ControlBarProps = {
  media,
  unlockable: { microphone: true, camera: true, screen: true },
  devices,
  canShareScreen: true,
  openPanel: null,
  peopleCount: 4,
  waitingCount: 0,
  unread: 0,
  mentions: 0,
  hasChat: true,
  inviteLink: "https://meet.example.org/m/abc",
  isHost: true,
  withKey: (label, action) => `${label} (${shortcutKeys[action]})`,
  onAction: report("action"),
  onChooseDevice: report("device"),
  onOpenSettings: report("settings"),
  onOpenServices: report("services"),
  onCopyLink: report("copy"),
  reactions: { isAllowed: true, onReact: report("react"), onLocked: report("locked") },
  hand: { isRaised: false },
  captions: undefined,
  onLeave: report("leave"),
  onEndForAll: report("end"),
};

const inPage = (changes: Partial<ControlBarProps> = {}) =>
  function Specimen() {
    return (
      <main style={{ display: "grid", alignContent: "end", minHeight: "100dvh" }}>
        <h1>Meeting</h1>
        <ControlBar {...props} {...changes} />
        <button type="button">After</button>
      </main>
    );
  };

const locked = { ...off, allowed: false };

export const host = inPage({ unread: 3, waitingCount: 2 });
export const mentioned = inPage({ unread: 3, mentions: 1 });
export const guest = inPage({ isHost: false, onOpenServices: undefined, inviteLink: null, openPanel: "chat" });
export const restricted = inPage({
  media: { ...media, microphone: { ...off, error: "permission_denied" }, camera: locked, screen: locked },
  unlockable: { microphone: true, camera: false, screen: true },
  hasChat: false,
  reactions: { isAllowed: false, onReact: report("react"), onLocked: report("locked") },
  hand: undefined,
});
export const raised = inPage({ hand: { isRaised: true }, isHost: false });
export const captioned = inPage({ captions: { isShown: true, onToggle: report("captions") } });
export const noReactions = inPage({ reactions: undefined });

export function Settings() {
  const [isOpen, setIsOpen] = useState(true);
  const [isIncluded, setIsIncluded] = useState(true);
  const leave = async () => {
    report("leave statistics")();
    setIsIncluded(false);
  };
  return (
    <main>
      <h1>Meeting</h1>
      <SettingsDialog
        isOpen={isOpen}
        onOpenChange={setIsOpen}
        devices={devices}
        chosen={media.devices}
        onChooseDevice={report("device")}
        theme="dark"
        onChooseTheme={report("theme")}
        languages={{ en: "English", de: "Deutsch" }}
        language="en"
        onChooseLanguage={report("language")}
        shortcuts
        onChangeShortcuts={report("shortcuts")}
        more={[
          {
            title: "Attendance statistics",
            content: <StatisticsSettings isIncluded={isIncluded} onLeave={leave} />,
          },
        ]}
      />
    </main>
  );
}

/** The keys of the meeting, with a field to type in beside them. */
export function Keys() {
  const [enabled, setEnabled] = useState(true);
  useShortcuts(enabled, report("action"));
  return (
    <main>
      <h1>Meeting</h1>
      <textarea aria-label="Text" />
      <button type="button" onClick={() => setEnabled(false)}>
        Switch off
      </button>
    </main>
  );
}
