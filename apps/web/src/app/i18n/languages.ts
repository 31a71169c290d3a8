/** The languages of the interface, each under its own name. */
export const languages = { en: "English", de: "Deutsch" } as const;

export type Language = keyof typeof languages;

/** The first of the browser's languages that Sotto speaks; English when it speaks none of them. */
export function preferredLanguage(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    const primary = tag.toLowerCase().split("-")[0] ?? "";
    if (isLanguage(primary)) return primary;
  }
  return "en";
}

function isLanguage(value: string): value is Language {
  return Object.hasOwn(languages, value);
}
