import { randomBytes } from "node:crypto";
import { subjects } from "@sotto/protocol";
import { sealedBody, type Attempt, type Target } from "./Attempt.ts";

const version = "NATS/1.0";
const with_ = (...headers: string[]) => [version, ...headers].join("\r\n");

/** Headers at which nats-server, JetStream or a client library does something. */
const heads: readonly (readonly [name: string, head: (target: Target) => string])[] = [
  ["the victim's message id", ({ victim }) => with_(`Nats-Msg-Id: ${victim.pid}:${"0".repeat(32)}`)],
  ["the friend's message id", ({ friend }) => with_(`Nats-Msg-Id: ${friend.pid}:${"0".repeat(32)}`)],
  ["an empty message id", () => with_("Nats-Msg-Id: ")],
  ["rollup of everything", () => with_("Nats-Rollup: all")],
  ["rollup of the subject", () => with_("Nats-Rollup: sub")],
  ["a time to live", () => with_("Nats-TTL: 1s")],
  ["no time to live", () => with_("Nats-TTL: never")],
  ["a schedule", () => with_("Nats-Schedule: @every 1s", "Nats-Schedule-Target: x")],
  [
    "a schedule for the victim",
    ({ victim }) =>
      with_("Nats-Schedule: @at 2030-01-01T00:00:00Z", `Nats-Schedule-Target: m.${victim.sid}.pub.${victim.pid}.chat`),
  ],
  ["an expected stream", ({ victim }) => with_(`Nats-Expected-Stream: D_${victim.sid}`)],
  ["an expected sequence", () => with_("Nats-Expected-Last-Sequence: 4711")],
  ["an expected sequence of a subject", () => with_("Nats-Expected-Last-Subject-Sequence: 4711")],
  [
    "an expected sequence of another subject",
    ({ victim }) =>
      with_(
        "Nats-Expected-Last-Subject-Sequence: 0",
        `Nats-Expected-Last-Subject-Sequence-Subject: m.${victim.sid}.pub.${victim.pid}.chat`,
      ),
  ],
  ["an expected message id", () => with_("Nats-Expected-Last-Msg-Id: x")],
  ["a batch", () => with_("Nats-Batch-Id: x", "Nats-Batch-Sequence: 1", "Nats-Batch-Commit: 1")],
  ["a counter", () => with_("Nats-Incr: +1")],
  ["a bucket's purge", () => with_("KV-Operation: PURGE")],
  ["a marker", () => with_("Nats-Marker-Reason: Purge")],
  ["a trace to the victim's inbox", ({ victim }) => with_(`Nats-Trace-Dest: ${victim.inbox}.s`)],
  ["a trace to the end of the session", ({ victim }) => with_(`Nats-Trace-Dest: m.${victim.sid}.state.ended`)],
  ["a trace to a purge", ({ victim }) => with_(`Nats-Trace-Dest: $JS.API.STREAM.PURGE.S_${victim.sid}`)],
  ["a trace to oneself", ({ self }) => with_(`Nats-Trace-Dest: ${self.inbox}.r.x`)],
  [
    "a trace to everybody, as oneself",
    ({ self }) => with_(`Nats-Trace-Dest: ${subjects.eph(self.sid, self.pid, "reactions")}`),
  ],
  ["a trace only", ({ victim }) => with_("Nats-Trace-Only: true", `Nats-Trace-Dest: ${victim.inbox}.s`)],
  ["another tracer", () => with_("traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")],
  [
    "a request as somebody else",
    ({ victim }) => with_(`Nats-Request-Info: {"acc":"MEET","user":"${victim.sid}.${victim.pid}"}`),
  ],
  [
    "a subject beside the subject",
    ({ victim }) => with_(`Nats-Subject: m.${victim.sid}.pub.${victim.pid}.chat`, "Nats-Sequence: 1"),
  ],
  ["a consumer's pin", () => with_("Nats-Pin-Id: x")],
  ["a service's error", () => with_("Nats-Service-Error: no", "Nats-Service-Error-Code: 500")],
  ["nobody there", () => `${version} 503`],
  ["a heartbeat", () => `${version} 100 Idle Heartbeat`],
  ["flow control", () => `${version} 100 FlowControl Request`],
  ["a stalled consumer", ({ victim }) => with_(`Nats-Consumer-Stalled: $JS.FC.S_${victim.sid}.${victim.pid}.x`)],
  ["the end of a batch", () => `${version} 204 EOB`],
  ["another version", () => "NATS/9.9"],
  ["no version", () => "Nats-Rollup: all"],
  ["a line too many", () => `${version}\r\n\r\nNats-Rollup: all`],
  ["half a line end", () => `${version}\nNats-Rollup: all`],
  ["a header without a name", () => with_(": all")],
  ["a thousand headers", () => with_(...Array.from({ length: 1_000 }, (_, index) => `x-${index}: y`))],
  ["a header of 32 KiB", () => with_(`x: ${"y".repeat(32 * 1024)}`)],
  [
    "bytes that are no text",
    () =>
      `${version}\r\nx: ${randomBytes(32)
        .toString("latin1")
        .replaceAll(/[\r\n:]/g, "x")}`,
  ],
];

/** Every such header, on a message to everybody, a reaction and an answer to flow control. */
export const headers: readonly Attempt[] = heads.flatMap(([name, head]) => [
  {
    name: `a message with ${name}`,
    must: "change nothing",
    maySpeak: true,
    act: (raw, target) => {
      const { sid, pid, inbox } = target.self;
      raw.publishWithHeaders(subjects.rpc(sid, pid, "pub-chat"), head(target), sealedBody(target), `${inbox}.r.x`);
    },
  },
  {
    name: `a reaction with ${name}`,
    must: "change nothing",
    act: (raw, target) => {
      const { sid, pid } = target.self;
      raw.publishWithHeaders(subjects.eph(sid, pid, "reactions"), head(target), target.marker);
    },
  },
  {
    name: `flow control with ${name}`,
    must: "change nothing",
    act: (raw, target) => {
      const { sid, pid } = target.self;
      raw.publishWithHeaders(`$JS.FC.S_${sid}.${pid}.x`, head(target), target.marker);
    },
  },
]);
