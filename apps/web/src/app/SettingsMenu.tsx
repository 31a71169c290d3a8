import { Settings2 } from "lucide-react";
import { useTranslation } from "react-i18next";
import { IconButton } from "../ui/IconButton.tsx";
import { Menu, MenuItem, MenuSection, MenuSeparator } from "../ui/Menu.tsx";
import { languages, type Language } from "./i18n/languages.ts";
import { usePreference, usePreferencesStore, type Theme } from "./preferences.ts";

const themes = ["system", "light", "dark"] as const satisfies readonly Theme[];

/** Appearance and language, kept in this browser. */
export function SettingsMenu() {
  const { t } = useTranslation("app");
  const preferences = usePreferencesStore();
  const theme = usePreference("theme");
  const language = usePreference("language");
  const trigger = (
    <IconButton label={t("settings")} placement="bottom">
      <Settings2 aria-hidden="true" />
    </IconButton>
  );
  return (
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
    </Menu>
  );
}
