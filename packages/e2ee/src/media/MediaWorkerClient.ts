import { E2eeError } from "../E2eeError.ts";
import type { Bytes } from "../keys/encoding.ts";
import type { FromWorker, ToWorker, TransformStats } from "./workerMessages.ts";

type StateMessage = Extract<FromWorker, { kind: "state" }>;
type Answered = Extract<ToWorker, { request: number }>;
type Question = Answered extends infer Message ? (Message extends unknown ? Omit<Message, "request"> : never) : never;

/** The page's end of the media worker: sends messages, matches answers with questions. */
export class MediaWorkerClient {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, PromiseWithResolvers<TransformStats[]>>();
  #nextRequest = 0;
  #over: E2eeError | null = null;

  constructor(worker: Worker, on: { state: (message: StateMessage) => void; failed: (error: E2eeError) => void }) {
    this.#worker = worker;
    worker.addEventListener("message", ({ data }: MessageEvent<FromWorker>) => {
      if (data.kind === "state") on.state(data);
      else if (data.kind === "done") this.#settle(data.request)?.resolve(data.stats ?? []);
      else {
        const error = E2eeError.workerFailed(data.message);
        if (data.request === null) on.failed(error);
        else this.#settle(data.request)?.reject(error);
      }
    });
    worker.addEventListener("error", ({ message }) => {
      const error = E2eeError.workerFailed(message);
      this.#end(error);
      on.failed(error);
    });
  }

  /** For messages without an answer. */
  send(message: Exclude<ToWorker, { request: number }>, transfer: Transferable[] = []): void {
    this.#worker.postMessage(message, transfer);
  }

  /**
   * @param baseKey of the message: handed over, empty in the page afterwards
   * @throws {E2eeError} `worker_failed`, `disposed`
   */
  async ask(question: Question, baseKey?: Bytes): Promise<TransformStats[]> {
    if (this.#over) throw this.#over;
    const request = this.#nextRequest++;
    const answer = Promise.withResolvers<TransformStats[]>();
    this.#waiting.set(request, answer);
    this.#worker.postMessage({ ...question, request }, baseKey ? [baseKey.buffer] : []);
    return answer.promise;
  }

  /** Ends the worker, and with it every frame in either direction. */
  terminate(): void {
    this.#end(E2eeError.disposed());
    this.#worker.terminate();
  }

  #settle(request: number): PromiseWithResolvers<TransformStats[]> | undefined {
    const answer = this.#waiting.get(request);
    this.#waiting.delete(request);
    return answer;
  }

  #end(error: E2eeError): void {
    this.#over ??= error;
    for (const request of this.#waiting.keys()) this.#settle(request)?.reject(error);
  }
}
