import type { Msg } from "@nats-io/nats-core";
import type { DeliveryPosition } from "./DeliverySequence.ts";

/** What a push consumer sends to its deliver subject. `isLast`: nothing else is waiting to be delivered. */
export type DeliveryKind =
  | ({ readonly kind: "message"; readonly timestampMs: number; readonly isLast: boolean } & DeliveryPosition)
  /** Sent while there is nothing to deliver; `stalledOn`: it waits for an answer on that flow-control subject. */
  | { readonly kind: "idle"; readonly lastConsumerSequence: number; readonly stalledOn: string | null }
  | { readonly kind: "flow-control"; readonly answerTo: string }
  | { readonly kind: "unknown" };

/**
 * Reads the metadata of a delivery. A message carries it in its reply subject:
 * `$JS.ACK.<stream>.<consumer>.<delivered>.<stream seq>.<consumer seq>.<ns>.<pending>`, to which newer servers add
 * `<domain>.<account>` in front and a token at the end (ADR-15 of nats-architecture-and-design). Heartbeats and flow
 * control are empty messages with status 100.
 */
export function readDelivery({ reply, headers }: Pick<Msg, "reply" | "headers">): DeliveryKind {
  if (headers?.code === 100) {
    if (reply) return { kind: "flow-control", answerTo: reply };
    return {
      kind: "idle",
      lastConsumerSequence: Number(headers.get("Nats-Last-Consumer") || 0),
      stalledOn: headers.get("Nats-Consumer-Stalled") || null,
    };
  }
  const tokens = reply?.split(".") ?? [];
  const first = tokens.length === 9 ? 4 : 6;
  if (tokens[0] !== "$JS" || tokens[1] !== "ACK" || (tokens.length !== 9 && tokens.length < 11)) {
    return { kind: "unknown" };
  }
  const [streamSequence, consumerSequence, timestampNs, pending] = tokens.slice(first + 1, first + 5);
  if (!isNumber(streamSequence) || !isNumber(consumerSequence) || !isNumber(timestampNs)) return { kind: "unknown" };
  return {
    kind: "message",
    streamSequence: Number(streamSequence),
    consumerSequence: Number(consumerSequence),
    timestampMs: Number(BigInt(timestampNs) / 1_000_000n),
    isLast: pending === "0",
  };
}

function isNumber(token: string | undefined): token is string {
  return token !== undefined && /^\d{1,20}$/.test(token);
}
