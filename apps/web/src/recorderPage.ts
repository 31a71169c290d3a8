import "@fontsource-variable/figtree/wght.css";
import "./features/recorder/recorder.css";
import { SottoError } from "@sotto/client";
import { createI18n } from "./app/i18n/i18n.ts";
import { preferredLanguage } from "./app/i18n/languages.ts";
import { recordMeeting, type RecorderNews } from "./features/recorder/recordMeeting.ts";

declare global {
  interface Window {
    /** Given by the process that opened this page. */
    sottoRecorderTell?: (news: RecorderNews) => Promise<void>;
    /** Begins; what becomes of it is told. The token comes this way and is in no address. */
    sottoRecorderStart?: (token: string) => void;
    /** Ends the recording in good order. */
    sottoRecorderStop?: () => void;
  }
}

const ending = new AbortController();
const createWorker = () =>
  new Worker(new URL("@sotto/e2ee/worker", import.meta.url), { type: "module", name: "sotto-e2ee" });

async function record(token: string): Promise<void> {
  const tell = async (news: RecorderNews) => window.sottoRecorderTell?.(news);
  try {
    const i18n = await createI18n(preferredLanguage(navigator.languages));
    // Names are painted, which waits for no font.
    await document.fonts.load('560 20px "Figtree Variable"');
    const { origin } = window.location;
    const { signal } = ending;
    await recordMeeting({ origin, token, container: document.body, i18n, createWorker, tell, signal });
  } catch (error) {
    await tell({ kind: "failed", code: SottoError.from(error).code });
  }
}

window.sottoRecorderStart = (token) => void record(token);
window.sottoRecorderStop = () => ending.abort();
