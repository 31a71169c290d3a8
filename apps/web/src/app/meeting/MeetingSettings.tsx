import type { MeetingHistory } from "@sotto/client";
import { useTranslation } from "react-i18next";
import { SettingsDialog, type SettingsDialogProps } from "../../features/controls/SettingsDialog.tsx";
import { ChatHistorySettings } from "../ChatHistorySettings.tsx";
import { languages, type Language } from "../i18n/languages.ts";
import { usePreference, usePreferencesStore, type Theme } from "../preferences.ts";

interface MeetingSettingsProps extends Pick<
  SettingsDialogProps,
  "isOpen" | "onOpenChange" | "devices" | "chosen" | "onChooseDevice"
> {
  history: MeetingHistory | null;
}

/** The settings dialog on the preferences of this browser. */
export function MeetingSettings({ history, ...props }: MeetingSettingsProps) {
  const { t } = useTranslation("history");
  const preferences = usePreferencesStore();
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
      more={{ title: t("title"), content: <ChatHistorySettings meeting={history} /> }}
    />
  );
}
