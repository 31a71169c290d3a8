import type { Msg, NatsConnection, Subscription } from "@nats-io/nats-core";
import {
  jobMethods,
  jobSubjects,
  maxRpcBodyBytes,
  workerInboxRoot,
  type JobMethod,
  type RpcAnswer,
} from "@sotto/protocol";
import type { Logger } from "pino";
import { AppError } from "../AppError.ts";

/** Answers one request of a worker, whose body nobody has looked at. */
export type WorkerHandler = (body: Uint8Array) => Promise<object>;

/** Into the caller's inbox and nowhere else: what a worker names as reply is written with the control plane's rights. */
const replySubject = new RegExp(`^${workerInboxRoot}\\.[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)+$`);

const internal: RpcAnswer<never> = {
  ok: false,
  error: { code: "internal", message: "something went wrong on the server" },
};

/** The control plane's side of the account that workers are on. */
export class WorkerBus {
  readonly #connection: NatsConnection;
  readonly #log: Logger;
  readonly #subscriptions: Subscription[] = [];
  readonly #answering = new Set<Promise<void>>();

  constructor(connection: NatsConnection, log: Logger) {
    this.#connection = connection;
    this.#log = log;
  }

  /** Starts answering; each request is answered by one node. */
  serve(handlers: Record<JobMethod, WorkerHandler>): void {
    for (const method of jobMethods) {
      const subscription = this.#connection.subscribe(jobSubjects.request(method), {
        queue: "jobs",
        callback: (error, message) => {
          if (error) this.#log.error({ err: error }, "a subscription to workers failed");
          else this.#receive(method, handlers[method], message);
        },
      });
      this.#subscriptions.push(subscription);
    }
  }

  /** Has every worker ask for work and report what it does. */
  announce(): void {
    this.#connection.publish(jobSubjects.news);
  }

  /** Takes no more requests, and resolves when those that came are answered. */
  async close(): Promise<void> {
    for (const subscription of this.#subscriptions) subscription.unsubscribe();
    await Promise.all(this.#answering);
  }

  #receive(method: JobMethod, handler: WorkerHandler, message: Msg): void {
    const answering = this.#serve(method, handler, message).finally(() => this.#answering.delete(answering));
    this.#answering.add(answering);
  }

  async #serve(method: JobMethod, handler: WorkerHandler, message: Msg): Promise<void> {
    const { reply, data } = message;
    if (reply === undefined || !replySubject.test(reply)) {
      return this.#log.debug({ method }, "a worker's request names no inbox of a worker");
    }
    const answer = await this.#answer(method, handler, data);
    this.#connection.publish(reply, JSON.stringify(answer));
  }

  async #answer(method: JobMethod, handler: WorkerHandler, body: Uint8Array): Promise<RpcAnswer<object>> {
    try {
      if (body.length > maxRpcBodyBytes) throw AppError.bodyTooLarge(maxRpcBodyBytes);
      return { ok: true, result: await handler(body) };
    } catch (error) {
      if (error instanceof AppError) return { ok: false, error: { code: error.code, message: error.message } };
      this.#log.error({ err: error, method }, "a worker's request failed");
      return internal;
    }
  }
}
