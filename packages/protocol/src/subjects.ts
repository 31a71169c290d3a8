import type { RpcMethod } from "./rpc.ts";

/**
 * NATS subjects of a session. Every token is made by the server (session id, participant id) or taken from a fixed list
 * (method, channel, kind): nothing a person typed ever enters a subject.
 */

/** A session's two streams: what is for everybody, and what is between two people. */
export type StreamKind = "public" | "private";

/** Channels of the public stream; only the control plane writes there. */
export type StreamChannel = "chat";

/** Channels of what is not kept, published by the participants themselves. */
export const ephemeralChannels = ["reactions", "typing"] as const;
export type EphemeralChannel = (typeof ephemeralChannels)[number];

/** Kinds of broadcast from the control plane to everybody in a session. */
export type StateKind = "participant" | "room" | "epoch" | "captions" | "notice" | "ended";

/** Kinds of broadcast from the control plane to the hosts of a session. */
export type HostKind = "waiting" | "participant";

/** Kinds of message from the control plane to one participant. */
export type DirectKind =
  | "dismissed"
  | "epoch"
  | "standing"
  | "asked"
  | "waiting"
  | "participant"
  | "receipt"
  | "notice";

export const subjects = {
  rpc: (sessionId: string, participantId: string, method: RpcMethod) => `m.${sessionId}.rpc.${participantId}.${method}`,
  pub: (sessionId: string, participantId: string, channel: StreamChannel) =>
    `m.${sessionId}.pub.${participantId}.${channel}`,
  /** A private message of one participant to a peer. */
  dm: (sessionId: string, participantId: string, peerId: string) => `m.${sessionId}.dm.${participantId}.${peerId}`,
  /** What the private stream delivers to a participant: messages to them, and their own. */
  ownDms: (sessionId: string, participantId: string) => [
    `m.${sessionId}.dm.*.${participantId}`,
    `m.${sessionId}.dm.${participantId}.*`,
  ],
  eph: (sessionId: string, participantId: string, channel: EphemeralChannel) =>
    `m.${sessionId}.eph.${participantId}.${channel}`,
  allEph: (sessionId: string) => `m.${sessionId}.eph.*.*`,
  state: (sessionId: string, kind: StateKind) => `m.${sessionId}.state.${kind}`,
  allState: (sessionId: string) => `m.${sessionId}.state.>`,
  host: (sessionId: string, kind: HostKind) => `m.${sessionId}.host.${kind}`,
  allHost: (sessionId: string) => `m.${sessionId}.host.>`,
  to: (sessionId: string, participantId: string, kind: DirectKind) => `m.${sessionId}.to.${participantId}.${kind}`,
  allTo: (sessionId: string, participantId: string) => `m.${sessionId}.to.${participantId}.>`,
  /** Where a stream's push consumer delivers. Subscribe to exactly this: nats-server does not count a wildcard as interest. */
  deliveries: (inboxPrefix: string, kind: StreamKind) => `${inboxPrefix}.${kind === "public" ? "s" : "d"}`,
  /** Prefix of rpc answers; the client makes `<this>.<random>` per request. */
  replies: (inboxPrefix: string) => `${inboxPrefix}.r`,
  /** Flow-control answers of the participant's own push consumer on a stream; its name is the participant id. */
  flowControl: (stream: string, participantId: string) => `$JS.FC.${stream}.${participantId}.*`,
} as const;

/** Name of a memory stream that holds durable messages of a session. */
export function streamName(sessionId: string, kind: StreamKind): string {
  return `${kind === "public" ? "S" : "D"}_${sessionId}`;
}
