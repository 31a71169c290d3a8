import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DeliverySequence } from "./DeliverySequence.ts";

function at(streamSequence: number, consumerSequence: number) {
  return { streamSequence, consumerSequence };
}

describe("DeliverySequence", () => {
  test("hands a run on in order", () => {
    const sequence = new DeliverySequence();
    expect(sequence.accept(at(7, 1))).toBe("deliver");
    expect(sequence.accept(at(9, 2))).toBe("deliver");
    expect(sequence.lastSequence).toBe(9);
  });

  test("a hole in a run is a gap until a new run begins", () => {
    const sequence = new DeliverySequence();
    sequence.accept(at(1, 1));
    expect(sequence.accept(at(3, 3))).toBe("gap");
    expect(sequence.accept(at(4, 4))).toBe("gap");
    expect(sequence.lastSequence).toBe(1);
    expect(sequence.accept(at(2, 1))).toBe("deliver");
  });

  test("drops what a new run repeats", () => {
    const sequence = new DeliverySequence();
    sequence.accept(at(1, 1));
    sequence.accept(at(2, 2));
    expect(sequence.accept(at(2, 1))).toBe("duplicate");
    expect(sequence.accept(at(3, 2))).toBe("deliver");
  });

  test("after a restart the expected number of another consumer does not pass", () => {
    const sequence = new DeliverySequence();
    sequence.accept(at(1, 1));
    sequence.restart();
    expect(sequence.accept(at(5, 2))).toBe("gap");
  });

  test("an idle consumer that delivered more than arrived is a gap", () => {
    const sequence = new DeliverySequence();
    expect(sequence.idle(0)).toBe("complete");
    expect(sequence.idle(1)).toBe("gap");
    sequence.accept(at(1, 1));
    expect(sequence.idle(1)).toBe("complete");
    expect(sequence.idle(2)).toBe("gap");
  });

  test("every message exactly once and in order, whatever is lost, late or made twice", () => {
    const step = fc.constantFrom<Step>(
      "publish",
      "publish",
      "deliver",
      "deliver",
      "lose",
      "disconnect",
      "resume",
      "idle",
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
        const server = new SimulatedServer();
        for (const next of steps) server.step(next);
        server.settle();
        expect(server.received).toEqual(Array.from({ length: server.published }, (_, index) => index + 1));
      }),
      { numRuns: 500, seed: 20_261_122 },
    );
  });
});

type Step = "publish" | "deliver" | "lose" | "disconnect" | "resume" | "idle";

/**
 * A stream, its latest consumer and one ordered connection, of which messages get lost (a fault NATS may have in a
 * cluster's change of leader) and everything under way is lost with the connection, while its consumer goes on.
 */
class SimulatedServer {
  published = 0;
  readonly received: number[] = [];
  readonly #client = new DeliverySequence();
  #connected = true;
  #consumer: { nextStream: number; nextConsumer: number } | null = null;
  #wire: ReturnType<typeof at>[] = [];
  #wantsResume = true;

  step(step: Step): void {
    if (step === "publish") this.published += 1;
    this.#push();
    if (step === "deliver") this.#receive();
    if (step === "lose") this.#wire.shift();
    if (step === "disconnect") {
      this.#connected = false;
      this.#wire = [];
    }
    if (step === "resume" && (this.#wantsResume || !this.#connected)) this.#resume();
    if (step === "idle") this.#heartbeat();
  }

  /** The connection holds from now on: heartbeats find what is missing, and resuming brings it. */
  settle(): void {
    if (!this.#connected) this.#resume();
    for (let round = 0; round < 3; round++) {
      this.#push();
      while (this.#wire.length > 0) this.#receive();
      this.#heartbeat();
      if (this.#wantsResume) this.#resume();
    }
  }

  #push(): void {
    while (this.#consumer && this.#consumer.nextStream <= this.published) {
      const position = at(this.#consumer.nextStream++, this.#consumer.nextConsumer++);
      if (this.#connected) this.#wire.push(position);
    }
  }

  #receive(): void {
    const position = this.#wire.shift();
    if (!position) return;
    const verdict = this.#client.accept(position);
    if (verdict === "deliver") this.received.push(position.streamSequence);
    if (verdict === "gap") this.#wantsResume = true;
  }

  #resume(): void {
    this.#connected = true;
    this.#wantsResume = false;
    this.#client.restart();
    this.#consumer = { nextStream: this.#client.lastSequence + 1, nextConsumer: 1 };
  }

  #heartbeat(): void {
    if (!this.#connected || !this.#consumer || this.#wire.length > 0) return;
    if (this.#client.idle(this.#consumer.nextConsumer - 1) === "gap") this.#wantsResume = true;
  }
}
