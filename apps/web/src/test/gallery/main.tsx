import "@fontsource-variable/figtree/wght.css";
import "../../ui/tokens.css";
import "../../ui/base.css";
import { StrictMode, type ComponentType } from "react";
import { createRoot } from "react-dom/client";
import { I18nextProvider } from "react-i18next";
import { createI18n } from "../../app/i18n/i18n.ts";
import { preferredLanguage } from "../../app/i18n/languages.ts";
import { createPreferences, PreferencesContext } from "../../app/preferences.ts";
import { ToastProvider } from "../../ui/Toast.tsx";

/**
 * Shows one view on its own, for tests and for looking at it: `?specimen=landing/LandingView/ready`, which is the
 * export `ready` of features/landing/LandingView.specimen.tsx.
 */
const files = import.meta.glob<Record<string, ComponentType>>("../../**/*.specimen.tsx");

const wanted = new URL(window.location.href).searchParams.get("specimen") ?? "";
const [path, name] = [wanted.slice(0, wanted.lastIndexOf("/")), wanted.slice(wanted.lastIndexOf("/") + 1)];
const load = files[`../../features/${path}.specimen.tsx`] ?? files[`../../${path}.specimen.tsx`];
const Specimen = (await load?.())?.[name];
if (!Specimen) throw new Error(`There is no specimen ${wanted}.`);

const language = preferredLanguage(navigator.languages);
document.documentElement.lang = language;
const i18n = await createI18n(language);

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");
createRoot(root).render(
  <StrictMode>
    <I18nextProvider i18n={i18n}>
      <PreferencesContext value={createPreferences(navigator.languages)}>
        <ToastProvider>
          <Specimen />
        </ToastProvider>
      </PreferencesContext>
    </I18nextProvider>
  </StrictMode>,
);
