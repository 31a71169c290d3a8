import type { HistoryRoot } from "./historyRoot.ts";
import type { KeeperAnswer, KeeperQuestion } from "./historyKeeperMessages.ts";

/** Of a worker that does not load: a browser that forgets asks again, one that waits does nothing at all. */
const patienceMs = 3_000;

/**
 * Keeps a root that was opened with a PIN while the browser has one of our pages open, in the memory of a shared worker
 * and nowhere else: other tabs and a reload get it from there without asking the person again.
 */
export class HistoryKeeper {
  readonly #port: MessagePort;
  #last: Promise<unknown> = Promise.resolve();

  /** @param port of a `SharedWorker` of `@sotto/e2ee/history-keeper` */
  constructor(port: MessagePort) {
    this.#port = port;
    port.start();
  }

  /** Remembers this root and no other; null forgets. */
  async keep(root: HistoryRoot | null): Promise<void> {
    await this.#ask({ keep: root });
  }

  /** The root of that id, if it is kept; also null when the worker does not answer. */
  async recall(id: string): Promise<HistoryRoot | null> {
    const root = await this.#ask({});
    return root?.id === id ? root : null;
  }

  #ask(question: KeeperQuestion): Promise<HistoryRoot | null> {
    const answer = this.#last.then(() => this.#exchange(question));
    this.#last = answer;
    return answer;
  }

  #exchange(question: KeeperQuestion): Promise<HistoryRoot | null> {
    return new Promise((resolve) => {
      const take = ({ data }: MessageEvent<KeeperAnswer>) => settle(data.root);
      const timer = setTimeout(() => settle(null), patienceMs);
      const settle = (root: HistoryRoot | null) => {
        clearTimeout(timer);
        this.#port.removeEventListener("message", take);
        resolve(root);
      };
      this.#port.addEventListener("message", take);
      this.#port.postMessage(question, []);
    });
  }
}
