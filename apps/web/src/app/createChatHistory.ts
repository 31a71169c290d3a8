import { ChatHistory } from "@sotto/client";
import type { PreferencesStore } from "./preferences.ts";

/** What this browser remembers of chats, for as long as the person's preferences say. */
export function createChatHistory(preferences: PreferencesStore): ChatHistory {
  const history = new ChatHistory({
    factory: indexedDbOf(globalThis),
    retention: preferences.getState().chatRetention,
    keeperPort: newKeeperPort(),
    tabs: new BroadcastChannel("sotto.history"),
    createPassphraseWorker: () =>
      new Worker(new URL("@sotto/e2ee/passphrase-worker", import.meta.url), { type: "module", name: "sotto-pin" }),
  });
  preferences.subscribe((now, before) => {
    if (now.chatRetention !== before.chatRetention) void history.setRetention(now.chatRetention);
  });
  return history;
}

/** Some browsers throw where others have none. */
function indexedDbOf(scope: typeof globalThis): IDBFactory | undefined {
  try {
    return scope.indexedDB;
  } catch {
    return undefined;
  }
}

/** Undefined where the browser has no shared workers: then every page asks for the PIN. */
function newKeeperPort(): MessagePort | undefined {
  if (typeof SharedWorker === "undefined") return undefined;
  try {
    // `extendedLifetime` lets it outlive a reload, where the browser knows it. Bundlers need the literal.
    return new SharedWorker(new URL("@sotto/e2ee/history-keeper", import.meta.url), {
      type: "module",
      name: "sotto-history",
      extendedLifetime: true,
    } as WorkerOptions).port;
  } catch {
    return undefined;
  }
}
