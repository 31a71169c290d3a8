/**
 * Entry of the shared worker `@sotto/e2ee/history-keeper`. The app makes it with
 * `new SharedWorker(new URL("@sotto/e2ee/history-keeper", import.meta.url), { type: "module", extendedLifetime: true })`
 * and gives its port to {@link HistoryKeeper}. It ends with the last page; where the browser knows `extendedLifetime`, a
 * little later, so that it outlives a reload.
 */
import type { KeeperAnswer, KeeperQuestion } from "./historyKeeperMessages.ts";

/** What is used of SharedWorkerGlobalScope; its types cannot stand beside those of the page. */
interface SharedScope {
  addEventListener(type: "connect", listener: (event: MessageEvent) => void): void;
}

const kept: { root: KeeperAnswer["root"] } = { root: null };

(globalThis as unknown as SharedScope).addEventListener("connect", ({ ports }) => {
  for (const port of ports) serve(port);
});

function serve(port: MessagePort): void {
  port.addEventListener("message", ({ data: { keep } }: MessageEvent<KeeperQuestion>) => {
    if (keep !== undefined) kept.root = keep;
    port.postMessage({ root: kept.root } satisfies KeeperAnswer);
  });
  port.start();
}
