import {
  ParticipantEvent,
  RoomEvent,
  type BaseE2EEManager,
  type RemoteParticipant,
  type RemoteTrack,
  type RemoteTrackPublication,
  type Room,
  type Track,
} from "livekit-client";
import { E2eeError } from "../E2eeError.ts";
import type { Bytes } from "../keys/encoding.ts";
import { formatIdentity, type Sender } from "../keys/Sender.ts";
import { attachTransform, canTransformFrames } from "./attachTransform.ts";
import { codecOfMimeType } from "./codecs/MediaCodec.ts";
import type { FrameOrigin } from "./frameMetadata.ts";
import { MediaKeyFeed, type MediaKeySource } from "./MediaKeyFeed.ts";
import { isMediaSource, kindOf } from "./MediaSource.ts";
import { MediaWorkerClient } from "./MediaWorkerClient.ts";
import type { DecryptionState, TrackHandle, TransformStats } from "./workerMessages.ts";

/** What a received track turned out to be. Take `identity` and `source` from here: the SFU cannot change these. */
export interface ReceivedTrackState extends FrameOrigin {
  /** LiveKit's id of the publication. */
  trackSid: string;
  state: DecryptionState;
}

export type MediaEncryptionEvent =
  | ({ kind: "track" } & ReceivedTrackState)
  /** The worker is broken: no frame goes in or out any more. Join again, with a new nonce. */
  | { kind: "failed"; error: E2eeError };

/** {@link TransformStats}, with LiveKit's id of a received publication. */
export interface TrackStats extends TransformStats {
  trackSid: string | null;
}

/** What {@link MediaEncryptionManager.mayReceive} looks at of LiveKit's RemoteTrackPublication. */
export type PublicationClaims = Pick<RemoteTrackPublication, "isEncrypted" | "source">;

type Engine = Parameters<BaseE2EEManager["setupEngine"]>[0];

/** Counters live in the worker: a second one for the same keys would use the same nonces again. */
const keysInUse = new WeakSet<MediaKeySource>();

/**
 * Media end-to-end encryption of one joined meeting, at the seam that LiveKit has for it:
 *
 *     const encryption = new MediaEncryptionManager({ keys, worker, self });
 *     const room = new Room({ encryption: { e2eeManager: encryption } });
 *     await encryption.ready;
 *     await room.connect(url, token, { autoSubscribe: false });
 *
 * Own tracks are announced as encrypted. Whom the roster names is admitted; only what {@link mayReceive} lets pass is
 * subscribed; what is not in state `ok` stays covered and silent; name and place of a tile come from
 * {@link receivedTracks}, not from what LiveKit tells. There is no switch: with no key, nothing is sent and nothing rendered.
 */
export class MediaEncryptionManager implements BaseE2EEManager {
  /** Always. LiveKit asks. */
  readonly isEnabled = true;
  /** Settled once the own key is with the worker; rejects with `worker_failed` or what the key source throws. */
  readonly ready: Promise<void>;
  readonly #rawWorker: Worker;
  readonly #worker: MediaWorkerClient;
  readonly #feed: MediaKeyFeed;
  readonly #ownIdentity: string;
  readonly #listeners = new Set<(event: MediaEncryptionEvent) => void>();
  readonly #liveKitListeners = new Map<string, Set<(...args: unknown[]) => void>>();
  readonly #handles = new Map<RTCRtpSender | RTCRtpReceiver, TrackHandle>();
  readonly #engines = new WeakSet<Engine>();
  readonly #states = new Map<TrackHandle, ReceivedTrackState>();
  #nextHandle: TrackHandle = 1;

  /**
   * @param options.worker a new one made of `@sotto/e2ee/worker`, for this manager alone
   * @param options.self the page that sends; its nonce was made for this join
   * @throws {E2eeError} `input_invalid` when another manager used `keys` before
   */
  constructor({ keys, worker, self }: { keys: MediaKeySource; worker: Worker; self: Sender }) {
    if (keysInUse.has(keys)) throw E2eeError.inputInvalid("these keys belong to another media encryption manager");
    keysInUse.add(keys);
    this.#ownIdentity = formatIdentity(self);
    this.#rawWorker = worker;
    this.#worker = new MediaWorkerClient(worker, {
      state: ({ track, target, state }) => this.#noteState(track, target, state),
      failed: (error) => this.#noteFailure(error),
    });
    this.#worker.send({ kind: "start", identity: this.#ownIdentity });
    this.#feed = new MediaKeyFeed(keys, this.#worker, self);
    this.ready = this.#feed.activate(keys.currentEpoch);
    this.ready.catch(() => undefined); // whoever awaits it hears of it; frames are dropped meanwhile
  }

  /**
   * Opens this sender's frames from now on. Call it for everybody in the roster.
   *
   * @param identity `pid.senderNonce`; the own one is ignored
   * @returns settled when the worker has the keys
   * @throws {E2eeError} `input_invalid`, `worker_failed`, `disposed`
   */
  admit(identity: string): Promise<void> {
    return this.#feed.admit(identity);
  }

  /** Forgets this sender's keys at once. */
  expel(identity: string): void {
    this.#feed.expel(identity);
  }

  /** Whether a publication may be subscribed: it says it is encrypted, and its owner is admitted. */
  mayReceive(identity: string, { isEncrypted, source }: PublicationClaims): boolean {
    return isEncrypted && isMediaSource(source) && this.#feed.has(identity);
  }

  /** Brings everybody's keys of a new epoch to the worker, which can open it afterwards. Sending stays where it is. */
  stageEpoch(epoch: number): Promise<void> {
    return this.#feed.stage(epoch);
  }

  /** Sends under a staged epoch. Settled when the first frame of it may leave. */
  activateEpoch(epoch: number): Promise<void> {
    return this.#feed.activate(epoch);
  }

  /** Forgets every epoch before this one. Irreversible. */
  retireEpochsBefore(epoch: number): void {
    this.#feed.retireBefore(epoch);
  }

  /** What every received track is, by LiveKit's track id. */
  get receivedTracks(): readonly ReceivedTrackState[] {
    return [...this.#states.values()];
  }

  /** Counters of every sender and receiver of the present connection, since it was made. */
  async stats(): Promise<TrackStats[]> {
    const stats = await this.#worker.ask({ kind: "stats" });
    return stats.map((entry) => ({ ...entry, trackSid: this.#states.get(entry.track)?.trackSid ?? null }));
  }

  /** @returns stops the calls */
  subscribe(listener: (event: MediaEncryptionEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Ends the worker: nothing is sent or rendered any more. Disconnect the room first. */
  dispose(): void {
    this.#listeners.clear();
    this.#liveKitListeners.clear();
    this.#states.clear();
    this.#worker.terminate();
  }

  /**
   * Called by LiveKit's Room.
   *
   * @throws {E2eeError} `encryption_unsupported` when this browser has no encoded transforms
   */
  setup(room: Room): void {
    if (!canTransformFrames()) throw E2eeError.encryptionUnsupported("this browser has no encoded transforms");
    room.localParticipant.on(ParticipantEvent.LocalSenderCreated, (sender, track) => this.#seal(sender, track));
    room.on(RoomEvent.TrackSubscribed, (track, publication, participant) =>
      this.#open(track, publication, participant),
    );
    room.on(RoomEvent.TrackUnsubscribed, (track, publication) => this.#close(track, publication));
    // Makes LiveKit announce own tracks as encrypted. Frames are sealed whatever it announces.
    void room.setE2EEEnabled(true).then(() => {
      this.#tellLiveKit(RoomEvent.ParticipantEncryptionStatusChanged, true, room.localParticipant);
    });
  }

  /** Called by LiveKit for every engine. Receivers are taken before anything can be rendered from them. */
  setupEngine(engine: Engine): void {
    if (this.#engines.has(engine)) return;
    this.#engines.add(engine);
    engine.on("mediaTrackAdded", (_track, _stream, receiver) => void this.#receiverHandle(receiver));
  }

  /** Called by LiveKit, which would have us stop encrypting: there is no such thing. */
  setParticipantCryptorEnabled(_enabled: boolean, _identity: string): void {}

  /** Called by LiveKit: how the SFU marks the frames it makes itself. They are dropped, but are no failure. */
  setSifTrailer(trailer: Bytes): void {
    this.#worker.send({ kind: "filler", trailer });
  }

  /** True, so that LiveKit asks {@link encryptData} before it sends data: meeting data travels over NATS only. */
  get isDataChannelEncryptionEnabled(): boolean {
    return true;
  }

  set isDataChannelEncryptionEnabled(_enabled: boolean) {}

  /** Called by LiveKit. Always rejects: no data leaves over the SFU. */
  async encryptData(): Promise<never> {
    throw E2eeError.inputInvalid("data is not sent over the SFU");
  }

  /** Called by LiveKit. Always rejects: no data is taken from the SFU. */
  async handleEncryptedData(): Promise<never> {
    throw E2eeError.inputInvalid("data is not taken from the SFU");
  }

  /** Called by LiveKit for its own two events; see {@link subscribe} for ours. */
  on(event: string, listener: (...args: never[]) => void): this {
    const listeners = this.#liveKitListeners.get(event) ?? new Set();
    this.#liveKitListeners.set(event, listeners.add(listener as (...args: unknown[]) => void));
    return this;
  }

  #seal(sender: RTCRtpSender, track: Track): void {
    try {
      if (this.#handles.has(sender)) throw E2eeError.inputInvalid("this RTP sender had another track before");
      const { source } = track;
      const kind: string = track.kind;
      if (!isMediaSource(source) || kindOf(source) !== kind) {
        throw E2eeError.inputInvalid(`a ${kind} track cannot be published as ${source}`);
      }
      const codec = kindOf(source) === "audio" ? "opus" : codecOfMimeType(`video/${videoCodecOf(track)}`);
      attachTransform(sender, this.#rawWorker, { direction: "send", track: this.#newHandle(sender), source, codec });
    } catch (error) {
      // Without a transform this sender must never have anything to send. LiveKit lets the publishing call fail.
      void sender.replaceTrack(null);
      throw error;
    }
  }

  #open(track: RemoteTrack, publication: RemoteTrackPublication, { identity }: RemoteParticipant): void {
    const { receiver } = track;
    const { source, trackSid } = publication;
    if (!receiver || !isMediaSource(source) || !this.mayReceive(identity, publication)) return;
    const handle = this.#receiverHandle(receiver);
    this.#states.set(handle, { trackSid, identity, source, state: "waiting" });
    const codec = codecOfMimeType(publication.mimeType ?? "");
    this.#worker.send({ kind: "aim", track: handle, target: { identity, source, codec } });
  }

  #close({ receiver }: RemoteTrack, { trackSid }: RemoteTrackPublication): void {
    const handle = receiver && this.#handles.get(receiver);
    // A receiver that already serves another publication stays with it.
    if (handle === undefined || this.#states.get(handle)?.trackSid !== trackSid) return;
    this.#states.delete(handle);
    this.#worker.send({ kind: "aim", track: handle, target: null });
  }

  #receiverHandle(receiver: RTCRtpReceiver): TrackHandle {
    const known = this.#handles.get(receiver);
    if (known !== undefined) return known;
    const track = this.#newHandle(receiver);
    attachTransform(receiver, this.#rawWorker, { direction: "receive", track });
    return track;
  }

  #newHandle(owner: RTCRtpSender | RTCRtpReceiver): TrackHandle {
    this.#forgetClosed();
    const handle = this.#nextHandle++;
    this.#handles.set(owner, handle);
    return handle;
  }

  /** A full reconnect leaves a closed connection behind, whose streams Chromium does not end. */
  #forgetClosed(): void {
    for (const [owner, track] of this.#handles) {
      if (owner.transport?.state !== "closed") continue;
      this.#handles.delete(owner);
      this.#states.delete(track);
      this.#worker.send({ kind: "forget", track });
    }
  }

  #noteState(track: TrackHandle, target: FrameOrigin, state: DecryptionState): void {
    const known = this.#states.get(track);
    // News of a target that was given up meanwhile.
    if (!known || known.identity !== target.identity || known.source !== target.source) return;
    const now = { ...known, state };
    this.#states.set(track, now);
    this.#emit({ kind: "track", ...now });
  }

  #noteFailure(error: E2eeError): void {
    this.#emit({ kind: "failed", error });
    this.#tellLiveKit(RoomEvent.EncryptionError, error);
  }

  #emit(event: MediaEncryptionEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  #tellLiveKit(event: string, ...args: unknown[]): void {
    for (const listener of this.#liveKitListeners.get(event) ?? []) listener(...args);
  }
}

/** LiveKit's LocalVideoTrack knows what it was asked to be encoded with. */
function videoCodecOf(track: Track): string {
  return "codec" in track && typeof track.codec === "string" ? track.codec : "";
}
