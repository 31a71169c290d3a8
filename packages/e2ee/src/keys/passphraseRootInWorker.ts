import { E2eeError } from "../E2eeError.ts";
import type { Bytes } from "./encoding.ts";
import type { PassphraseAnswer, PassphraseQuestion } from "./passphraseWorkerMessages.ts";

/**
 * `passphraseRoot`, 32 bytes, without holding up the page. The worker is terminated when it has answered, failed, or
 * `signal` says so: its memory held the passphrase.
 *
 * @param worker of `@sotto/e2ee/passphrase-worker`, used for this alone
 * @throws {E2eeError} what `passphraseRoot` throws, and `worker_failed`; the signal's reason when it is aborted
 */
export async function passphraseRootInWorker(
  worker: Worker,
  question: PassphraseQuestion,
  signal: AbortSignal,
): Promise<Bytes> {
  const answered = Promise.withResolvers<PassphraseAnswer>();
  const abort = () => answered.reject(signal.reason as Error);
  worker.addEventListener("message", ({ data }: MessageEvent<PassphraseAnswer>) => answered.resolve(data));
  worker.addEventListener("error", ({ message }) =>
    answered.reject(E2eeError.passphraseWorkerFailed(message || "it did not load")),
  );
  signal.addEventListener("abort", abort);
  try {
    signal.throwIfAborted();
    worker.postMessage(question, []);
    const answer = await answered.promise;
    if ("root" in answer) return answer.root;
    throw answer.code === null
      ? E2eeError.passphraseWorkerFailed(answer.message)
      : new E2eeError(answer.code, answer.message);
  } finally {
    signal.removeEventListener("abort", abort);
    worker.terminate();
  }
}
