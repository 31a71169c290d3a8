import { headers } from "@nats-io/nats-core";
import { describe, expect, test } from "vitest";
import { readDelivery } from "./deliveryHeaders.ts";

function status(reply: string, values: Record<string, string> = {}) {
  const hdrs = headers(100, "status");
  for (const [name, value] of Object.entries(values)) hdrs.set(name, value);
  return { reply, headers: hdrs };
}

describe("readDelivery", () => {
  const message = {
    kind: "message",
    streamSequence: 42,
    consumerSequence: 7,
    timestampMs: 1_790_000_000_123,
    isLast: true,
  };

  test("reads both forms of a message's metadata", () => {
    expect(readDelivery({ reply: "$JS.ACK.S_x.p_a.1.42.7.1790000000123456789.0" })).toEqual(message);
    expect(readDelivery({ reply: "$JS.ACK.hub.ACC.S_x.p_a.1.42.7.1790000000123456789.0" })).toEqual(message);
    const followed = readDelivery({ reply: "$JS.ACK.S_x.p_a.1.42.7.1790000000123456789.3" });
    expect(followed).toEqual({ ...message, isLast: false });
    expect(readDelivery({ reply: "$JS.ACK._.ACC.S_x.p_a.1.42.7.1790000000123456789.0.rnd" })).toEqual(message);
  });

  test("reads heartbeats and flow control", () => {
    expect(readDelivery(status("", { "Nats-Last-Consumer": "3" }))).toEqual({
      kind: "idle",
      lastConsumerSequence: 3,
      stalledOn: null,
    });
    expect(
      readDelivery(status("", { "Nats-Last-Consumer": "3", "Nats-Consumer-Stalled": "$JS.FC.S_x.p_a.q" })),
    ).toMatchObject({ stalledOn: "$JS.FC.S_x.p_a.q" });
    expect(readDelivery(status("$JS.FC.S_x.p_a.q"))).toEqual({ kind: "flow-control", answerTo: "$JS.FC.S_x.p_a.q" });
  });

  test("anything else is unknown", () => {
    for (const reply of [
      "",
      "a.b",
      "$JS.ACK.S.p.1.2.3.4",
      "$JS.ACK.S_x.p_a.1.a.7.1790000000123456789.0",
      "$JS.ACK.S.p.1.2.3.4.5.6",
    ]) {
      expect(readDelivery({ reply }), reply).toEqual({ kind: "unknown" });
    }
  });
});
