/**
 * Entry of the passphrase worker, `@sotto/e2ee/passphrase-worker`. The app makes it with
 * `new Worker(new URL("@sotto/e2ee/passphrase-worker", import.meta.url), { type: "module" })`, one per derivation, and
 * gives it to {@link passphraseRootInWorker}. It needs `'wasm-unsafe-eval'` where a Content-Security-Policy rules.
 */
import { E2eeError } from "../E2eeError.ts";
import { passphraseRoot } from "./passphrase.ts";
import type { PassphraseAnswer, PassphraseQuestion } from "./passphraseWorkerMessages.ts";

/** What is used of DedicatedWorkerGlobalScope; its types cannot stand beside those of the page. */
interface WorkerScope {
  postMessage(message: PassphraseAnswer, transfer: Transferable[]): void;
  addEventListener(type: "message", listener: (event: MessageEvent<PassphraseQuestion>) => void): void;
}

const scope = globalThis as unknown as WorkerScope;

scope.addEventListener("message", ({ data: { passphrase, sessionId, openerSalt } }) => {
  passphraseRoot(passphrase, sessionId, openerSalt).then(
    (root) => scope.postMessage({ root }, [root.buffer]),
    (error: unknown) => {
      const code = error instanceof E2eeError ? error.code : null;
      scope.postMessage({ code, message: error instanceof Error ? error.message : "unknown" }, []);
    },
  );
});
