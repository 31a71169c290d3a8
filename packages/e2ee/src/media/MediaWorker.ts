import type { Bytes } from "../keys/encoding.ts";
import { E2eeError } from "../E2eeError.ts";
import { endsWith, type EncodedFrame } from "./encodedFrames.ts";
import { FrameSealer } from "./FrameSealer.ts";
import { FrameTransform } from "./FrameTransform.ts";
import { openFrame } from "./openFrame.ts";
import { ReceiveKeys } from "./ReceiveKeys.ts";
import { ReceiveRule } from "./ReceiveRule.ts";
import { SendRule } from "./SendRule.ts";
import type {
  FrameStreams,
  FromWorker,
  ToWorker,
  TrackHandle,
  TransformOptions,
  TransformStats,
} from "./workerMessages.ts";

/**
 * The worker's state: one sealer for the own page, the keys of everybody else, one transform per RTP sender or
 * receiver. There is no message that lets a frame through untouched, and no state in which one would go.
 */
export class MediaWorker {
  readonly #post: (message: FromWorker) => void;
  readonly #keys = new ReceiveKeys();
  readonly #senders = new Map<TrackHandle, { rule: SendRule; transform: FrameTransform }>();
  readonly #receivers = new Map<TrackHandle, { rule: ReceiveRule; transform: FrameTransform }>();
  #own: { identity: string; sealer: FrameSealer } | null = null;
  #fillerTrailer: Bytes = new Uint8Array(0);
  #queue: Promise<void> = Promise.resolve();

  constructor(post: (message: FromWorker) => void) {
    this.#post = post;
  }

  /** Messages take effect in the order of these calls. */
  handle(message: ToWorker): void {
    const request = "request" in message ? message.request : null;
    this.#queue = this.#queue.then(async () => {
      try {
        const stats = await this.#work(message);
        if (request !== null) this.#post({ kind: "done", request, ...(stats && { stats }) });
      } catch (error) {
        this.#post({ kind: "failed", request, message: error instanceof Error ? error.message : String(error) });
      }
    });
  }

  async #work(message: ToWorker): Promise<TransformStats[] | undefined> {
    switch (message.kind) {
      case "start":
        // A second start would be a second counter for the same key.
        if (this.#own) throw E2eeError.inputInvalid("the media worker was started before");
        this.#own = { identity: message.identity, sealer: new FrameSealer(message.identity) };
        return;
      case "transform":
        this.#connect(message.options, message);
        return;
      case "aim":
        this.#receiver(message.track).rule.aim(message.target);
        return;
      case "forget":
        this.#forget(message.track);
        return;
      case "activate":
        await this.#started.sealer.activate(message.epoch, message.baseKey);
        message.baseKey.fill(0);
        return;
      case "admit":
        await this.#keys.admit(message.identity, message.epoch, message.baseKey);
        message.baseKey.fill(0);
        return;
      case "expel":
        this.#keys.expel(message.identity);
        return;
      case "retire":
        this.#keys.retireBefore(message.before);
        return;
      case "filler":
        this.#fillerTrailer = message.trailer;
        return;
      case "stats":
        return this.#stats();
    }
  }

  get #started(): { identity: string; sealer: FrameSealer } {
    if (!this.#own) throw E2eeError.inputInvalid("the media worker was not started");
    return this.#own;
  }

  #connect(options: TransformOptions, { readable, writable }: FrameStreams): void {
    const { track } = options;
    const { rule, transform } = options.direction === "send" ? this.#sender(options) : this.#receiver(track);
    const stream = new TransformStream<EncodedFrame, EncodedFrame>({
      async transform(frame, controller) {
        if (rule instanceof ReceiveRule) await rule.aimed;
        await transform.transform(frame, (made) => controller.enqueue(made));
      },
    });
    // The browser closes or breaks the streams when sender, receiver or connection are gone: the end, not an error.
    const end = (): void => this.#forget(track);
    readable.pipeThrough(stream).pipeTo(writable).then(end, end);
  }

  /** Stops counting. Frames that still come keep their rule, and a receiver's is to drop them. */
  #forget(track: TrackHandle): void {
    this.#receivers.get(track)?.rule.aim(null);
    this.#receivers.delete(track);
    this.#senders.delete(track);
  }

  #sender(options: TransformOptions & { direction: "send" }): { rule: SendRule; transform: FrameTransform } {
    const rule = new SendRule(this.#started.sealer, options);
    const sender = { rule, transform: new FrameTransform(rule) };
    this.#senders.set(options.track, sender);
    return sender;
  }

  #receiver(track: TrackHandle): { rule: ReceiveRule; transform: FrameTransform } {
    const known = this.#receivers.get(track);
    if (known) return known;
    const rule = new ReceiveRule({
      open: (target, codec, frame) => openFrame(this.#keys, target, codec, frame),
      isFiller: (frame) => endsWith(frame, this.#fillerTrailer),
      onState: ({ identity, source }, state) =>
        this.#post({ kind: "state", track, target: { identity, source }, state }),
    });
    const receiver = { rule, transform: new FrameTransform(rule) };
    this.#receivers.set(track, receiver);
    return receiver;
  }

  #stats(): TransformStats[] {
    const { identity } = this.#started;
    const sent = [...this.#senders].map(([track, { rule, transform }]): TransformStats => {
      const origin = { identity, source: rule.expects.source };
      return { direction: "send", track, origin, ...transform.counters.read() };
    });
    const received = [...this.#receivers].map(([track, { rule, transform }]): TransformStats => {
      const origin = rule.target && { identity: rule.target.identity, source: rule.target.source };
      return { direction: "receive", track, origin, ...transform.counters.read() };
    });
    return [...sent, ...received];
  }
}
