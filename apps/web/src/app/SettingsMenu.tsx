import { History, Settings2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Dialog } from "../ui/Dialog.tsx";
import { IconButton } from "../ui/IconButton.tsx";
import { Menu, MenuItem, MenuSection, MenuSeparator } from "../ui/Menu.tsx";
import { ChatHistorySettings } from "./ChatHistorySettings.tsx";
import { languages, type Language } from "./i18n/languages.ts";
import { usePreference, usePreferencesStore, type Theme } from "./preferences.ts";

const themes = ["system", "light", "dark"] as const satisfies readonly Theme[];

/** Appearance and language, kept in this browser. */
export function SettingsMenu() {
  const { t } = useTranslation(["app", "history"]);
  const preferences = usePreferencesStore();
  const theme = usePreference("theme");
  const language = usePreference("language");
  const trigger = (
    <IconButton label={t("settings")} placement="bottom">
      <Settings2 aria-hidden="true" />
    </IconButton>
  );
  const [inChats, setInChats] = useState(false);
  return (
    <>
      <Menu trigger={trigger} label={t("settings")}>
        <MenuSection
          title={t("theme.title")}
          selected={theme}
          onSelect={(id) => preferences.setState({ theme: id as Theme })}
        >
          {themes.map((id) => (
            <MenuItem key={id} id={id}>
              {t(`theme.${id}`)}
            </MenuItem>
          ))}
        </MenuSection>
        <MenuSeparator />
        <MenuSection
          title={t("language")}
          selected={language}
          onSelect={(id) => preferences.setState({ language: id as Language })}
        >
          {Object.entries(languages).map(([id, name]) => (
            <MenuItem key={id} id={id}>
              {name}
            </MenuItem>
          ))}
        </MenuSection>
        <MenuSeparator />
        <MenuItem icon={<History />} onAction={() => setInChats(true)}>
          {t("history:open")}
        </MenuItem>
      </Menu>
      <Dialog title={t("history:title")} isOpen={inChats} onOpenChange={setInChats}>
        <ChatHistorySettings meeting={null} />
      </Dialog>
    </>
  );
}
