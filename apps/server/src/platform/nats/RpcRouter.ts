import type { Msg, NatsConnection, Subscription } from "@nats-io/nats-core";
import {
  maxRpcBodyBytes,
  participantIdSchema,
  rpcMethods,
  sessionIdSchema,
  subjects,
  type ErrorCode,
  type Permissions,
  type RpcAnswer,
  type RpcMethod,
} from "@sotto/protocol";
import type { Logger } from "pino";
import { AppError } from "../AppError.ts";
import type { BudgetSize } from "./Budget.ts";
import { Budgets } from "./Budgets.ts";

export interface RpcCaller {
  sid: string;
  pid: string;
}

/** What the control plane knows about a caller now; `null` for nobody who may call. */
export type RpcLookup = (sid: string, pid: string) => Promise<{ inboxPrefix: string; permissions: Permissions } | null>;

export type RpcHandler = (caller: RpcCaller, body: Uint8Array) => Promise<object>;

/** Of one caller, at each node. */
export interface RpcLimits {
  /** Messages to everybody and to single people. */
  messages: BudgetSize;
  /** Every other request. */
  requests: BudgetSize;
}

interface RpcRouterOptions {
  connection: NatsConnection;
  lookup: RpcLookup;
  limits: RpcLimits;
  /** Told of every request that was answered, with the code of its error, and how long that took. */
  onAnswered?: OnAnswered | undefined;
  log: Logger;
}

export type OnAnswered = (method: RpcMethod, code: ErrorCode | null, seconds: number) => void;

/** What is stored and delivered to others. */
const messageMethods: ReadonlySet<RpcMethod> = new Set(["pub-chat", "pub-private"]);
/** Works once, and nobody is kept from it. */
const freeMethod: RpcMethod = "leave";
/** Requests of one participant that may be waiting; they are handled one after the other. */
const maxWaitingPerCaller = 64;
/** What follows the inbox in a reply subject: one or more tokens without wildcards. */
const replyTail = /^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$/;

type Answer = { ok: true; result: object } | { ok: false; error: { code: ErrorCode; message: string } };

const internal: Answer = {
  ok: false,
  error: { code: "internal", message: "something went wrong on the server" },
};

/**
 * Participants' requests. The caller is who the subject says, which nats-server enforces; session, permissions and the
 * body's size are checked here again, and nobody asks without end. An answer only ever goes into the caller's own inbox: any other reply subject
 * would be written with the control plane's rights. Requests of one caller are handled in the order they came.
 */
export class RpcRouter {
  readonly #connection: NatsConnection;
  readonly #lookup: RpcLookup;
  readonly #log: Logger;
  readonly #onAnswered: OnAnswered | undefined;
  readonly #handlers = new Map<RpcMethod, RpcHandler>();
  readonly #queues = new Map<string, { waiting: number; tail: Promise<void> }>();
  readonly #messages: Budgets;
  readonly #requests: Budgets;
  readonly #subscription: Subscription;

  constructor({ connection, lookup, limits, onAnswered, log }: RpcRouterOptions) {
    this.#connection = connection;
    this.#lookup = lookup;
    this.#log = log;
    this.#onAnswered = onAnswered;
    this.#messages = new Budgets(limits.messages);
    this.#requests = new Budgets(limits.requests);
    this.#subscription = connection.subscribe("m.*.rpc.*.*", {
      queue: "rpc",
      callback: (error, message) => {
        if (error) log.error({ err: error }, "the rpc subscription failed");
        else this.#receive(message);
      },
    });
  }

  handle(method: RpcMethod, handler: RpcHandler): void {
    if (this.#handlers.has(method)) throw new Error(`two handlers for ${method}`);
    this.#handlers.set(method, handler);
  }

  /** Takes no more requests, and resolves when those that came are answered. */
  async close(): Promise<void> {
    this.#subscription.unsubscribe();
    await Promise.all([...this.#queues.values()].map(({ tail }) => tail));
  }

  #receive(message: Msg): void {
    const [, sid = "", , pid = "", name = ""] = message.subject.split(".");
    const method = rpcMethods.find((known) => known === name);
    const known = sessionIdSchema.safeParse(sid).success && participantIdSchema.safeParse(pid).success;
    if (!method || !known) return this.#drop("unknown subject");

    const queue = this.#queues.get(`${sid}.${pid}`) ?? { waiting: 0, tail: Promise.resolve() };
    if (queue.waiting >= maxWaitingPerCaller) return this.#drop("too many requests at once");
    queue.waiting += 1;
    queue.tail = queue.tail.then(async () => {
      await this.#serve({ sid, pid }, method, message);
      queue.waiting -= 1;
      if (queue.waiting === 0) this.#queues.delete(`${sid}.${pid}`);
    });
    this.#queues.set(`${sid}.${pid}`, queue);
  }

  async #serve(caller: RpcCaller, method: RpcMethod, message: Msg): Promise<void> {
    try {
      const known = await this.#lookup(caller.sid, caller.pid);
      if (!known) return this.#drop("unknown caller");
      if (!isOwnReply(message.reply, known.inboxPrefix)) return this.#drop("the reply is not in the caller's inbox");
      const startedMs = performance.now();
      const answered = await this.#answer(caller, method, known.permissions, message.data);
      this.#onAnswered?.(method, answered.ok ? null : answered.error.code, (performance.now() - startedMs) / 1000);
      const answer = Buffer.from(JSON.stringify(answered satisfies RpcAnswer<object>));
      const fits = answer.length <= (this.#connection.info?.max_payload ?? 0);
      if (!fits) this.#log.error({ method, sizeBytes: answer.length }, "an answer is larger than NATS takes");
      this.#connection.publish(message.reply, fits ? answer : JSON.stringify(internal));
    } catch (error) {
      this.#log.error({ err: error, method }, "a request could not be answered");
    }
  }

  async #answer(caller: RpcCaller, method: RpcMethod, permissions: Permissions, body: Uint8Array): Promise<Answer> {
    try {
      if (!permissions.rpc.includes(method)) throw AppError.notAllowed(`${method} is not allowed to you now`);
      this.#spend(caller, method);
      if (body.length > maxRpcBodyBytes) throw AppError.bodyTooLarge(maxRpcBodyBytes);
      const handler = this.#handlers.get(method);
      if (!handler) throw AppError.notFound();
      return { ok: true, result: await handler(caller, body) };
    } catch (error) {
      if (error instanceof AppError) return { ok: false, error: { code: error.code, message: error.message } };
      this.#log.error({ err: error, method }, "a request failed");
      return internal;
    }
  }

  #spend({ sid, pid }: RpcCaller, method: RpcMethod): void {
    if (method === freeMethod) return;
    const budgets = messageMethods.has(method) ? this.#messages : this.#requests;
    if (!budgets.take(`${sid}.${pid}`)) throw AppError.tooFast();
  }

  /** No answer: without a caller whose inbox is known there is nobody to tell. */
  #drop(reason: string): void {
    this.#log.debug({ reason }, "a request was dropped");
  }
}

function isOwnReply(reply: string | undefined, inboxPrefix: string): reply is string {
  const prefix = `${subjects.replies(inboxPrefix)}.`;
  return reply !== undefined && reply.startsWith(prefix) && replyTail.test(reply.slice(prefix.length));
}
