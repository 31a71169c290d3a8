import "@fontsource-variable/figtree/wght.css";
import "./ui/tokens.css";
import "./ui/base.css";
import { SottoApi } from "@sotto/client";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { I18nextProvider } from "react-i18next";
import { App } from "./app/App.tsx";
import { AppController } from "./app/AppController.ts";
import { ChatHistoryContext, loadChatHistory } from "./app/chatHistory.ts";
import { changeLanguage, createI18n } from "./app/i18n/i18n.ts";
import { applyTheme, createPreferences, PreferencesContext } from "./app/preferences.ts";
import { LinkPassphrase } from "./app/LinkPassphrase.ts";
import { createTabMemory } from "./app/tabMemory.ts";

// Out of the address bar before anything else happens.
const linkPassphrase = new LinkPassphrase(window);
linkPassphrase.take();

const page = document.documentElement;
const preferences = createPreferences(navigator.languages);
applyTheme(preferences.getState().theme, page);

const i18n = await createI18n(preferences.getState().language);
page.lang = i18n.language;
preferences.subscribe((now, before) => {
  if (now.theme !== before.theme) applyTheme(now.theme, page);
  if (now.language !== before.language) void changeLanguage(i18n, now.language);
});
i18n.on("languageChanged", (language) => {
  page.lang = language;
});

const { location, history, sessionStorage } = window;
const api = new SottoApi(location.origin);
const memory = createTabMemory(sessionStorage);
const chatHistory = loadChatHistory(preferences);
const controller = new AppController({ api, memory, preferences, chatHistory, linkPassphrase, location, history });
window.addEventListener("popstate", () => controller.start());
controller.start();

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");
createRoot(root).render(
  <StrictMode>
    <I18nextProvider i18n={i18n}>
      <PreferencesContext value={preferences}>
        <ChatHistoryContext value={chatHistory}>
          <App controller={controller} api={api} />
        </ChatHistoryContext>
      </PreferencesContext>
    </I18nextProvider>
  </StrictMode>,
);
