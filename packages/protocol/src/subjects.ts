import type { RpcMethod } from "./rpc.ts";

/**
 * NATS subjects of a session. Every token is made by the server (session id, participant id) or taken from a fixed list
 * (method, channel, kind): nothing a person typed ever enters a subject.
 */

/** Channels of the session's stream; only the control plane writes there. */
export type StreamChannel = "chat";

/** Kinds of broadcast from the control plane to everybody in a session. */
export type StateKind = "participant" | "epoch" | "ended";

/** Kinds of message from the control plane to one participant. */
export type DirectKind = "dismissed" | "epoch";

export const subjects = {
  rpc: (sessionId: string, participantId: string, method: RpcMethod) => `m.${sessionId}.rpc.${participantId}.${method}`,
  pub: (sessionId: string, participantId: string, channel: StreamChannel) =>
    `m.${sessionId}.pub.${participantId}.${channel}`,
  state: (sessionId: string, kind: StateKind) => `m.${sessionId}.state.${kind}`,
  allState: (sessionId: string) => `m.${sessionId}.state.>`,
  to: (sessionId: string, participantId: string, kind: DirectKind) => `m.${sessionId}.to.${participantId}.${kind}`,
  allTo: (sessionId: string, participantId: string) => `m.${sessionId}.to.${participantId}.>`,
  /** Where the push consumer delivers. Subscribe to exactly this: nats-server does not count a wildcard as interest. */
  deliveries: (inboxPrefix: string) => `${inboxPrefix}.s`,
  /** Prefix of rpc answers; the client makes `<this>.<random>` per request. */
  replies: (inboxPrefix: string) => `${inboxPrefix}.r`,
  /** Flow-control answers of the participant's own push consumer, whose name is the participant id. */
  flowControl: (stream: string, participantId: string) => `$JS.FC.${stream}.${participantId}.*`,
} as const;

/** Name of the memory stream that holds a session's durable messages. */
export function streamName(sessionId: string): string {
  return `S_${sessionId}`;
}
