import type { Retention } from "@sotto/client";
import type { CaptionSize } from "../features/captions/CaptionBar.tsx";
import { createContext, use } from "react";
import { useStore } from "zustand";
import { persist } from "zustand/middleware";
import { createStore, type StoreApi } from "zustand/vanilla";
import { preferredLanguage, type Language } from "./i18n/languages.ts";

export type Theme = "system" | "light" | "dark";

/** What the person chose for this browser. Nothing here is about a meeting. */
export interface Preferences {
  theme: Theme;
  language: Language;
  /** The name given last, offered again. */
  name: string;
  microphoneOn: boolean;
  cameraOn: boolean;
  /** Whether single keys control the meeting. */
  shortcuts: boolean;
  /** Whether captions are shown where there are any, and how large. */
  captions: boolean;
  captionSize: CaptionSize;
  /** How long this browser keeps chats. */
  chatRetention: Retention;
  /** Device ids, by kind; a device that is gone is ignored. */
  devices: Partial<Record<MediaDeviceKind, string>>;
}

export type PreferencesStore = StoreApi<Preferences>;

const storageName = "sotto.preferences";

/** Makes the store, kept in localStorage; what is chosen in another tab is in force here too. */
export function createPreferences(browserLanguages: readonly string[]): PreferencesStore {
  const store = createStore<Preferences>()(
    persist(
      (): Preferences => ({
        theme: "system",
        language: preferredLanguage(browserLanguages),
        name: "",
        microphoneOn: true,
        cameraOn: true,
        shortcuts: true,
        captions: false,
        captionSize: "medium",
        chatRetention: "meeting",
        devices: {},
      }),
      { name: storageName, version: 1 },
    ),
  );
  globalThis.addEventListener("storage", ({ key }) => {
    if (key === storageName) void store.persist.rehydrate();
  });
  return store;
}

export const PreferencesContext = createContext<PreferencesStore | null>(null);

export function usePreferencesStore(): PreferencesStore {
  const store = use(PreferencesContext);
  if (!store) throw new Error("preferences are read outside of the application");
  return store;
}

export function usePreference<K extends keyof Preferences>(key: K): Preferences[K] {
  return useStore(usePreferencesStore(), (preferences) => preferences[key]);
}

/** Shows the chosen theme; `system` leaves it to the style sheet. */
export function applyTheme(theme: Theme, root: HTMLElement): void {
  if (theme === "system") delete root.dataset["theme"];
  else root.dataset["theme"] = theme;
}
