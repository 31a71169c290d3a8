import { errorCodes, rpcMethods, type ErrorCode, type RpcMethod } from "@sotto/protocol";
import { Counter } from "../platform/metrics/Counter.ts";
import { Histogram } from "../platform/metrics/Histogram.ts";
import type { Metric } from "../platform/metrics/Metric.ts";

const joinOutcomes = ["joined", "resumed", "waiting", ...errorCodes] as const;
export type JoinOutcome = (typeof joinOutcomes)[number];

const statusClasses = ["1xx", "2xx", "3xx", "4xx", "5xx"] as const;
type StatusClass = (typeof statusClasses)[number];

const engines = ["nats-server", "livekit-server"] as const;
export type EngineName = (typeof engines)[number];

const webhookOutcomes = ["delivered", "failed"] as const;
export type WebhookOutcome = (typeof webhookOutcomes)[number];

/**
 * Everything that the control plane counts as it happens. Every label's values are fixed here: none is made of what
 * somebody is called, writes or asks for, so that no dashboard can tell one meeting from another.
 */
export class Metrics {
  readonly joins = new Counter<JoinOutcome>("sotto_joins_total", "Answers of POST /api/join.", {
    name: "outcome",
    values: joinOutcomes,
  });
  readonly sessionsEnded = new Counter<"gone" | "left">(
    "sotto_sessions_ended_total",
    "Ends of sessions, by whether nothing of them was left when that was looked at.",
    { name: "result", values: ["gone", "left"] },
  );
  readonly #rpcSeconds = new Histogram<RpcMethod>("sotto_rpc_seconds", "Requests of participants over NATS.", {
    name: "method",
    values: rpcMethods,
  });
  readonly #rpcRefusals = new Counter<ErrorCode>("sotto_rpc_refused_total", "Those that were answered with an error.", {
    name: "code",
    values: errorCodes,
  });
  readonly #httpSeconds = new Histogram<StatusClass>("sotto_http_seconds", "Requests over HTTP, by their status.", {
    name: "status",
    values: statusClasses,
  });
  readonly engineCrashes = new Counter<EngineName>(
    "sotto_engine_crashes_total",
    "How often an engine that this control plane supervises died by itself.",
    { name: "engine", values: engines },
  );

  readonly webhookAttempts = new Counter<WebhookOutcome>(
    "sotto_webhook_attempts_total",
    "Attempts of this node to deliver a webhook, by whether the target took it.",
    { name: "outcome", values: webhookOutcomes },
  );

  rpc(method: RpcMethod, refusedWith: ErrorCode | null, seconds: number): void {
    this.#rpcSeconds.observe(method, seconds);
    if (refusedWith !== null) this.#rpcRefusals.add(refusedWith);
  }

  http(status: number, seconds: number): void {
    const known = statusClasses.find((each) => each.startsWith(String(status)[0] ?? ""));
    if (known !== undefined) this.#httpSeconds.observe(known, seconds);
  }

  all(): Metric[] {
    const { joins, sessionsEnded, engineCrashes, webhookAttempts } = this;
    const requests = [this.#rpcSeconds, this.#rpcRefusals, this.#httpSeconds];
    return [joins, sessionsEnded, ...requests, engineCrashes, webhookAttempts];
  }
}
