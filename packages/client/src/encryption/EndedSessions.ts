import { encodeBase64Url } from "@sotto/e2ee";

/** Remembers which sessions are over: a server that offers one again may be replaying it. */
export interface EndedSessions {
  has(sessionId: string): Promise<boolean>;
  add(sessionId: string): Promise<void>;
}

const key = "sotto.endedSessions";
const mostRemembered = 1_000;

/**
 * Keeps the last 1,000 in `storage` (a page's `localStorage`), as 22 characters of their SHA-256 each: who reads it does
 * not learn the ids. What somebody else left there, or a full or forbidden storage, counts as nothing.
 */
export function createEndedSessions(storage: Pick<Storage, "getItem" | "setItem">): EndedSessions {
  const read = (): string[] => {
    try {
      const value: unknown = JSON.parse(storage.getItem(key) ?? "[]");
      return Array.isArray(value) ? value.filter((entry) => typeof entry === "string") : [];
    } catch {
      return [];
    }
  };
  return {
    async has(sessionId) {
      return read().includes(await fingerprintOf(sessionId));
    },
    async add(sessionId) {
      const fingerprint = await fingerprintOf(sessionId);
      const others = read().filter((entry) => entry !== fingerprint);
      try {
        storage.setItem(key, JSON.stringify([...others, fingerprint].slice(-mostRemembered)));
      } catch {
        // Without storage nothing is remembered; nothing else is lost.
      }
    },
  };
}

async function fingerprintOf(sessionId: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(sessionId));
  return encodeBase64Url(new Uint8Array(digest)).slice(0, 22);
}
