import i18next, { type i18n as I18n } from "i18next";
import { initReactI18next } from "react-i18next";
import type { en } from "./en.ts";
import type { Language } from "./languages.ts";

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "app";
    resources: typeof en;
  }
}

/** A language is loaded when it is needed; every language has every key (i18n.test.ts), so none falls back. */
const catalogues: Record<Language, () => Promise<typeof en>> = {
  en: async () => (await import("./en.ts")).en,
  de: async () => (await import("./de.ts")).de,
};

/** Makes the translator, speaking `language`. */
export async function createI18n(language: Language): Promise<I18n> {
  const i18n = i18next.createInstance();
  await i18n.use(initReactI18next).init({
    lng: language,
    fallbackLng: false,
    defaultNS: "app",
    resources: { [language]: await catalogues[language]() },
    interpolation: { escapeValue: false },
    react: { useSuspense: false },
  });
  return i18n;
}

/** Changes the language of the whole page, and tells the browser (hyphenation, screen reader voices). */
export async function changeLanguage(i18n: I18n, language: Language): Promise<void> {
  for (const [namespace, words] of Object.entries(await catalogues[language]())) {
    i18n.addResourceBundle(language, namespace, words);
  }
  await i18n.changeLanguage(language);
}
