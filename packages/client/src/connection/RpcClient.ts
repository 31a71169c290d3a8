import type { Msg, NatsConnection } from "@nats-io/nats-core";
import { maxRpcBodyBytes, rpcAnswerSchema, subjects, type RpcMethod } from "@sotto/protocol";
import type { Schema } from "../Schema.ts";
import { SottoError } from "../SottoError.ts";

/** Calls a method of the control plane and checks its result; throws a {@link SottoError}. */
export type CallControlPlane = <T>(method: RpcMethod, body: Uint8Array | undefined, schema: Schema<T>) => Promise<T>;

interface Pending {
  readonly subject: string;
  settle(outcome: { answer: Msg } | { error: SottoError }): void;
}

export interface RpcClientOptions {
  readonly nats: NatsConnection;
  readonly sessionId: string;
  readonly participantId: string;
  readonly inboxPrefix: string;
}

const defaultTimeoutMs = 10_000;

/**
 * Requests to the control plane over one connection. Answers come to one subscription inside the own inbox; nats-core's
 * own request has another form of reply subject than the control plane answers to.
 */
export class RpcClient {
  readonly #options: RpcClientOptions;
  readonly #pending = new Map<string, Pending>();
  #closed: SottoError | null = null;

  constructor(options: RpcClientOptions) {
    this.#options = options;
    const callback = (error: Error | null, answer: Msg) => {
      if (!error) this.#pending.get(answer.subject)?.settle({ answer });
    };
    options.nats.subscribe(`${subjects.replies(options.inboxPrefix)}.*`, { callback });
  }

  /**
   * Calls a method and checks its result. Throws a {@link SottoError}: the control plane's refusal, `unavailable` when
   * nobody answers, `not_connected` when the connection is lost meanwhile (the call may have had its effect).
   */
  async call<T>(
    method: RpcMethod,
    body: Uint8Array | undefined,
    schema: Schema<T>,
    timeoutMs = defaultTimeoutMs,
  ): Promise<T> {
    if (this.#closed) throw this.#closed;
    if (body && body.length > maxRpcBodyBytes) {
      throw new SottoError("body_too_large", `A request has at most ${maxRpcBodyBytes} bytes.`);
    }
    const { nats, sessionId, participantId, inboxPrefix } = this.#options;
    const subject = subjects.rpc(sessionId, participantId, method);
    const reply = `${subjects.replies(inboxPrefix)}.${crypto.randomUUID().replaceAll("-", "")}`;

    const answer = await new Promise<Msg>((resolve, reject) => {
      const timeout = SottoError.refused({ code: "unavailable", message: `The server did not answer "${method}".` });
      const timer = setTimeout(() => this.#pending.get(reply)?.settle({ error: timeout }), timeoutMs);
      this.#pending.set(reply, {
        subject,
        settle: (outcome) => {
          clearTimeout(timer);
          this.#pending.delete(reply);
          if ("answer" in outcome) resolve(outcome.answer);
          else reject(outcome.error);
        },
      });
      nats.publish(subject, body, { reply });
    });
    return readAnswer(answer, schema);
  }

  /** nats-server refused a publish to `subject`: it drops such a request without an answer. */
  refuse(subject: string): void {
    const error = SottoError.refused({ code: "not_allowed", message: "You are not allowed to do that." });
    for (const pending of this.#pending.values()) if (pending.subject === subject) pending.settle({ error });
  }

  /** Fails what is under way, and every later call. */
  close(): void {
    this.#closed ??= SottoError.notConnected();
    for (const pending of this.#pending.values()) pending.settle({ error: this.#closed });
  }
}

function readAnswer<T>(message: Msg, schema: Schema<T>): T {
  if (message.headers?.code === 503) {
    throw SottoError.refused({ code: "unavailable", message: "The server is not ready. Try again in a moment." });
  }
  const answer = rpcAnswerSchema.safeParse(parseJson(message));
  if (!answer.success) throw SottoError.serverUnreachable(answer.error);
  if (!answer.data.ok) throw SottoError.refused(answer.data.error);
  const result = schema.safeParse(answer.data.result);
  if (!result.success) throw SottoError.serverUnreachable(result.error);
  return result.data;
}

function parseJson(message: Msg): unknown {
  try {
    return message.json();
  } catch {
    return undefined; // no schema accepts it
  }
}
