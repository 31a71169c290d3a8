import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { de } from "./de.ts";
import { en } from "./en.ts";
import { createI18n } from "./i18n.ts";
import { languages, preferredLanguage } from "./languages.ts";

const catalogues: Record<keyof typeof languages, typeof en> = { en, de };
const source = resolve(import.meta.dirname, "../..");

/** Every sentence by its full key, such as `landing:link.go`. */
function sentences(words: object, prefix = ""): Map<string, string> {
  const found = new Map<string, string>();
  for (const [key, value] of Object.entries(words) as [string, unknown][]) {
    if (typeof value === "string") found.set(prefix + key, value);
    else for (const entry of sentences(value as object, `${prefix}${key}.`)) found.set(...entry);
  }
  return found;
}

const placeholders = (sentence: string) => [...sentence.matchAll(/\{\{.+?\}\}/g)].map(String).toSorted();

describe.each(Object.entries(catalogues))("%s", (_, catalogue) => {
  it("has every key of English, and no other", () => {
    expect([...sentences(catalogue).keys()].toSorted()).toEqual([...sentences(en).keys()].toSorted());
  });

  it("has no empty sentence, and keeps the placeholders", () => {
    const english = sentences(en);
    for (const [key, sentence] of sentences(catalogue)) {
      expect(sentence.trim(), key).not.toBe("");
      expect(placeholders(sentence), key).toEqual(placeholders(english.get(key) ?? ""));
    }
  });
});

it("every folder with words has them in every language, and is in its catalogue", () => {
  const folders = ["app", "ui", ...readdirSync(join(source, "features")).map((name) => `features/${name}`)];
  const files = folders.flatMap((folder) => readdirSync(join(source, folder)).map((name) => `${folder}/${name}`));
  const speaking = folders.filter((folder) => files.includes(`${folder}/en.json`));
  for (const language of Object.keys(languages)) {
    const catalogue = readFileSync(join(source, `app/i18n/${language}.ts`), "utf8");
    expect(files).toEqual(expect.arrayContaining(speaking.map((folder) => `${folder}/${language}.json`)));
    for (const folder of speaking)
      expect(catalogue).toContain(folder === "app" ? `"../${language}.json"` : `/${folder}/${language}.json"`);
  }
});

it("starts in the first language of the browser that there is", () => {
  expect(preferredLanguage(["fr-FR", "de-AT", "en"])).toBe("de");
  expect(preferredLanguage(["pt"])).toBe("en");
  expect(preferredLanguage([])).toBe("en");
  expect(preferredLanguage(["toString"])).toBe("en");
});

it("speaks the language it was made for", async () => {
  expect((await createI18n("de")).t("landing:start")).toBe("Besprechung starten");
});
