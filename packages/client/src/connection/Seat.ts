import { encodeBase64Url, MediaEncryptionManager } from "@sotto/e2ee";
import {
  activateEpochEventSchema,
  emptyResultSchema,
  epochSchema,
  epochsResultSchema,
  type EphemeralChannel,
  type PageClosedRequest,
  type RpcMethod,
} from "@sotto/protocol";
import { readTrackStats, type TrackEncryptionStats } from "../encryption/TrackEncryptionStats.ts";
import type { JoinMedia } from "../JoinOptions.ts";
import { MediaConnection } from "../media/MediaConnection.ts";
import type { Schema } from "../Schema.ts";
import { SottoError } from "../SottoError.ts";
import type { Admission } from "./Admission.ts";
import type { ConnectionPart } from "./ConnectionState.ts";
import type { DeliverySequences } from "./Deliveries.ts";
import { jsonBody } from "./jsonBody.ts";
import type { MessageHandlers } from "./MessageConnection.ts";
import { MessageLink } from "./MessageLink.ts";
import type { Wake } from "./Wake.ts";

/** What a seat needs of the meeting, which outlives it. */
export interface SeatContext {
  readonly media: JoinMedia | null;
  /** Where others are heard now; the person may have chosen another speaker since joining. */
  readonly speakerDeviceId: () => string | null;
  readonly sequences: DeliverySequences;
  readonly handlers: MessageHandlers;
  readonly wake: Pick<Wake, "listen">;
  /** Others' tracks are known and can be subscribed (the roster may not be here yet), or are about to be given up. */
  readonly onTracks: (media: MediaConnection | null) => void;
  /** Media is connected and own tracks can be published, or it is about to be given up. */
  readonly onMedia: (media: MediaConnection | null) => void;
  /** What we send is under another epoch from now on. */
  readonly onEpoch: (epoch: number) => void;
  readonly onPart: (part: ConnectionPart, state: "down" | "up") => void;
  /** The page goes away: a last word to the server, which cannot be waited for. */
  readonly sayPageClosed: (page: Omit<PageClosedRequest, "left">) => void;
}

/**
 * Both connections of one admission, with its keys. It repairs what can be repaired under the same identity; when that
 * ends, {@link broken} resolves and a new admission is needed: an identity and its media keys are never used for a second
 * media connection, because its counters would start again.
 */
export class Seat {
  readonly admission: Admission;
  readonly broken: Promise<SottoError>;
  readonly #break: (error: SottoError) => void;
  readonly #context: SeatContext;
  readonly #closing = new AbortController();
  readonly #link: MessageLink;
  #encryption: MediaEncryptionManager | null = null;
  #media: MediaConnection | null = null;

  /** How the server knows this page. */
  get page(): Omit<PageClosedRequest, "left"> {
    const { answer, senderNonce } = this.admission;
    return { participantId: answer.participantId, senderNonce: encodeBase64Url(senderNonce) };
  }

  /** A page that is only put aside may come back. */
  readonly #onPageHide = ({ persisted }: PageTransitionEvent): void => {
    if (!persisted) this.#context.sayPageClosed(this.page);
  };

  /** Takes the seat: connects messages and media at the same time. Throws a {@link SottoError}, or the signal's reason. */
  static async take(admission: Admission, context: SeatContext, signal: AbortSignal): Promise<Seat> {
    const seat = new Seat(admission, context);
    const abort = () => void seat.dispose();
    signal.addEventListener("abort", abort);
    try {
      signal.throwIfAborted();
      const connected = [
        seat.#link.start().then(() => {
          mark("messages-connected");
          void admission.epochs?.heal(); // what began since the admission
        }),
        seat.#connectMedia().then(() => mark("media-connected")),
      ];
      await Promise.race([Promise.all(connected), seat.broken.then(rethrow)]);
      return seat;
    } catch (error) {
      await seat.dispose();
      signal.throwIfAborted();
      throw error;
    } finally {
      signal.removeEventListener("abort", abort);
    }
  }

  private constructor(admission: Admission, context: SeatContext) {
    const { promise, resolve } = Promise.withResolvers<SottoError>();
    this.broken = promise;
    this.#break = resolve;
    this.admission = admission;
    this.#context = context;
    const { sessionId, participantId, nats } = admission.answer;
    this.#link = new MessageLink({
      address: { ...nats, sessionId, participantId },
      sequences: context.sequences,
      wake: context.wake,
      handlers: {
        ...context.handlers,
        onState: (kind, value) =>
          kind === "epoch" ? this.#activateEpoch(value) : context.handlers.onState(kind, value),
        onDirect: (kind, value) =>
          kind === "epoch" ? this.#stageEpoch(value) : context.handlers.onDirect(kind, value),
      },
      onDown: () => context.onPart("messages", "down"),
      onUp: () => {
        context.onPart("messages", "up");
        void admission.epochs?.heal(); // what was missed
      },
      onRefused: () => this.#break(SottoError.notConnected()),
    });
    admission.epochs?.connect({
      whenUp: () => this.#link.whenUp(),
      fetch: () => this.call("epochs", undefined, epochsResultSchema),
      acknowledge: (epoch) => this.call("epoch-staged", jsonBody({ epoch }), emptyResultSchema),
      onActivated: context.onEpoch,
    });
    this.#listenToPage();
  }

  #listenToPage(): void {
    if (typeof window === "undefined") return;
    window.addEventListener("pagehide", this.#onPageHide, { signal: this.#closing.signal });
  }

  #stageEpoch(value: unknown): void {
    const event = epochSchema.safeParse(value);
    if (event.success) this.admission.epochs?.stage(event.data);
  }

  #activateEpoch(value: unknown): void {
    const event = activateEpochEventSchema.safeParse(value);
    if (event.success) this.admission.epochs?.activate(event.data.epoch);
  }

  /** Calls a method of the control plane. */
  call<T>(method: RpcMethod, body: Uint8Array | undefined, schema: Schema<T>): Promise<T> {
    return this.#link.call(method, body, schema);
  }

  /** The cryptor's counters; throws an `E2eeError` `disposed` while this seat is given up. */
  async encryptionStats(): Promise<TrackEncryptionStats[]> {
    const stats = await this.#encryption?.stats();
    return stats?.map(readTrackStats) ?? [];
  }

  /** Publishes what is not kept; does nothing while there is no connection. */
  publishEphemeral(channel: EphemeralChannel, wire: Uint8Array): void {
    this.#link.publishEphemeral(channel, wire);
  }

  /** Disconnects both and forgets the keys. Nothing is reported any more. Idempotent. */
  async dispose(): Promise<void> {
    this.#closing.abort(SottoError.notConnected());
    this.admission.epochs?.dispose();
    this.#link.close();
    const media = this.#media;
    this.#media = null;
    if (media) {
      this.#context.onMedia(null);
      this.#context.onTracks(null);
    }
    await media?.close();
    this.#encryption?.dispose();
    this.admission.keys?.dispose();
  }

  async #connectMedia(): Promise<void> {
    const { media } = this.#context;
    if (!media) return;
    const { answer, identity, keys, epochs, senderNonce } = this.admission;
    if (!answer.media) throw SottoError.mediaUnavailable();
    const self = { participantId: answer.participantId, senderNonce };
    this.#encryption = keys && new MediaEncryptionManager({ keys, self, worker: media.createWorker() });
    if (this.#encryption) epochs?.protect(this.#encryption);
    const connection = await MediaConnection.open({
      ...answer.media,
      identity,
      encryption: this.#encryption,
      speakerDeviceId: this.#context.speakerDeviceId(),
      signal: this.#closing.signal,
      onSignalled: (signalled) => {
        this.#media = signalled;
        this.#context.onTracks(signalled);
      },
      onDown: () => this.#context.onPart("media", "down"),
      onUp: () => this.#context.onPart("media", "up"),
      onBroken: (error) => {
        if (this.#closing.signal.aborted) return;
        this.#context.onPart("media", "down");
        this.#break(error);
      },
    });
    this.#context.onMedia(connection);
  }
}

/** Shows in the browser's performance timeline where the time of a join goes. */
function mark(phase: string): void {
  performance.mark(`sotto:${phase}`);
}

function rethrow(error: SottoError): never {
  throw error;
}
