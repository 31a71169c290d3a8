import { SettingsDialog, type SettingsDialogProps } from "../../features/controls/SettingsDialog.tsx";
import { languages, type Language } from "../i18n/languages.ts";
import { usePreference, usePreferencesStore, type Theme } from "../preferences.ts";

type MeetingSettingsProps = Pick<
  SettingsDialogProps,
  "isOpen" | "onOpenChange" | "devices" | "chosen" | "onChooseDevice"
>;

/** The settings dialog on the preferences of this browser. */
export function MeetingSettings(props: MeetingSettingsProps) {
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
    />
  );
}
