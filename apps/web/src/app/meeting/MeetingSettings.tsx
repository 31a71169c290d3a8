import type { Meeting } from "@sotto/client";
import { useTranslation } from "react-i18next";
import { SettingsDialog, type SettingsDialogProps } from "../../features/controls/SettingsDialog.tsx";
import { StatisticsSettings } from "../../features/controls/StatisticsSettings.tsx";
import { useToast } from "../../ui/Toast.tsx";
import { useStore } from "../../ui/useStore.ts";
import { ChatHistorySettings } from "../ChatHistorySettings.tsx";
import { languages, type Language } from "../i18n/languages.ts";
import { usePreference, usePreferencesStore, type Theme } from "../preferences.ts";

interface MeetingSettingsProps extends Pick<
  SettingsDialogProps,
  "isOpen" | "onOpenChange" | "devices" | "chosen" | "onChooseDevice"
> {
  meeting: Meeting;
}

/** The settings dialog on the preferences of this browser. */
export function MeetingSettings({ meeting, ...props }: MeetingSettingsProps) {
  const { t } = useTranslation(["history", "controls"]);
  const showToast = useToast();
  const isIncluded = useStore(meeting.statistics);
  const preferences = usePreferencesStore();
  const leaveStatistics = () =>
    meeting.statistics
      .leave()
      .catch(() => showToast({ tone: "danger", text: t("controls:settings.statistics.failed") }));
  const statistics = {
    title: t("controls:settings.statistics.title"),
    content: <StatisticsSettings isIncluded={isIncluded} onLeave={leaveStatistics} />,
  };
  const chats = { title: t("title"), content: <ChatHistorySettings meeting={meeting.history} /> };
  return (
    <SettingsDialog
      {...props}
      theme={usePreference("theme")}
      onChooseTheme={(theme) => preferences.setState({ theme: theme as Theme })}
      languages={languages}
      language={usePreference("language")}
      onChooseLanguage={(language) => preferences.setState({ language: language as Language })}
      shortcuts={usePreference("shortcuts")}
      onChangeShortcuts={(shortcuts) => preferences.setState({ shortcuts })}
      more={meeting.info.features.enable_analytics ? [statistics, chats] : [chats]}
    />
  );
}
