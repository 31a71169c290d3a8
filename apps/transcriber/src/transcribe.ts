import type { JoinCredential } from "@sotto/client";
import { CaptionBatch } from "./CaptionBatch.ts";
import type { PageBundle } from "./bundlePage.ts";
import type { Engine } from "./engine/Engine.ts";
import { ListeningPage } from "./ListeningPage.ts";
import { Speakers } from "./speech/Speakers.ts";

export interface TranscribeOptions {
  readonly origin: string;
  readonly bundle: PageBundle;
  readonly executablePath: string;
  readonly engine: Engine;
  /** How many people are heard at the same time. */
  readonly atOnce: number;
  readonly credential: JoinCredential;
  /** Aborted when it is to come to its end. */
  readonly signal: AbortSignal;
  readonly onJoined: () => Promise<void>;
  /** What went wrong and did not end it. No word that was spoken is in it. */
  readonly onTrouble: (error: unknown, what: string) => void;
}

/** How long words that were just spoken may take to be recognised at the end. */
const lastWordsMs = 1_500;

/** Joins a meeting, tells everybody in it what is said by whoever agreed, and leaves when it is told to or the meeting ends. */
export async function transcribe(options: TranscribeOptions): Promise<void> {
  const { origin, bundle, executablePath, engine, atOnce, credential, signal, onJoined, onTrouble } = options;
  signal.throwIfAborted();
  const beganAt = performance.now();
  const ended = Promise.withResolvers<"stopped" | "ended">();
  const stop = () => ended.resolve("stopped");
  signal.addEventListener("abort", stop);
  await using cleanup = new AsyncDisposableStack();
  cleanup.defer(() => signal.removeEventListener("abort", stop));

  const speakers = new Speakers({
    engine,
    atOnce,
    now: () => Math.round(performance.now() - beganAt),
    onCaption: (caption) => batch.add(caption),
    onLost: (error) => onTrouble(error, "a recogniser ended"),
  });
  cleanup.defer(() => speakers.dispose());
  const page = cleanup.use(
    await ListeningPage.open({
      origin,
      bundle,
      executablePath,
      onHeard: (participantId, pcm, level) => speakers.hear(participantId, pcm, level),
      onPaused: (participantId, gone) => (gone ? speakers.forget(participantId) : speakers.pause(participantId)),
      onEnded: () => ended.resolve("ended"),
    }),
  );
  const batch = new CaptionBatch(
    (captions) => page.tell(captions),
    (error) => onTrouble(error, "captions were not told"),
  );
  cleanup.defer(() => batch.dispose());

  await page.join(credential);
  await onJoined();
  if ((await ended.promise) === "ended") return;
  await new Promise((resolve) => setTimeout(resolve, lastWordsMs));
  await batch.flush();
  await page.leave();
}
