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
      ...(["publish", "publish", "deliver", "deliver", "deliver", "serve", "serve"] as const),
      ...(["ask", "ask", "lose", "disconnect", "idle"] as const),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40, size: "max" }), (steps) => {
        const session = new SimulatedSession();
        for (const next of steps) session.step(next);
        session.settle();
        expect(session.received).toEqual(Array.from({ length: session.published }, (_, index) => index + 1));
      }),
      { numRuns: 10_000, seed: 20_261_122 },
    );
  });
});

type Step = "publish" | "deliver" | "lose" | "disconnect" | "ask" | "serve" | "idle";

/**
 * A stream, its latest consumer, and a client behind a connection that may break: what is under way is lost with it,
 * while the consumer goes on and delivers into the next one until it is replaced. Asking to resume and being served are
 * two steps; a request may be served after its connection is gone. Single deliveries get lost too, as in a cluster whose
 * leader changes.
 */
class SimulatedSession {
  published = 0;
  readonly received: number[] = [];
  readonly #client = new DeliverySequence();
  #connected = false;
  #consumer: { nextStream: number; nextConsumer: number } | null = null;
  #underWay: ReturnType<typeof at>[] = [];
  #requests: number[] = [];
  #wantsResume = true;

  step(step: Step): void {
    if (step === "publish") this.published += 1;
    if (step === "ask" && (!this.#connected || this.#wantsResume)) this.#ask();
    if (step === "serve") this.#serve();
    this.#push();
    if (step === "deliver") this.#receive();
    if (step === "lose") this.#underWay.shift();
    if (step === "idle") this.#heartbeat();
    if (step === "disconnect") {
      this.#connected = false;
      this.#underWay = [];
    }
  }

  /** The connection holds from now on: heartbeats find what is missing, and resuming brings it. */
  settle(): void {
    if (!this.#connected) this.#ask();
    for (let round = 0; round < 4; round++) {
      while (this.#requests.length > 0) this.#serve();
      this.#push();
      while (this.#underWay.length > 0) this.#receive();
      this.#heartbeat();
      if (this.#wantsResume) this.#ask();
    }
  }

  #push(): void {
    while (this.#consumer && this.#consumer.nextStream <= this.published) {
      const position = at(this.#consumer.nextStream++, this.#consumer.nextConsumer++);
      if (this.#connected) this.#underWay.push(position);
    }
  }

  #receive(): void {
    const position = this.#underWay.shift();
    if (!position) return;
    const verdict = this.#client.accept(position);
    if (verdict === "deliver") this.received.push(position.streamSequence);
    if (verdict === "gap" && this.#requests.length === 0) this.#wantsResume = true;
  }

  #ask(): void {
    this.#connected = true;
    this.#wantsResume = false;
    this.#client.restart();
    this.#requests.push(this.#client.lastSequence);
  }

  #serve(): void {
    const after = this.#requests.shift();
    if (after !== undefined) this.#consumer = { nextStream: after + 1, nextConsumer: 1 };
  }

  #heartbeat(): void {
    if (!this.#connected || !this.#consumer || this.#underWay.length > 0 || this.#requests.length > 0) return;
    if (this.#client.idle(this.#consumer.nextConsumer - 1) === "gap") this.#wantsResume = true;
  }
}
