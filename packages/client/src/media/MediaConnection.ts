import type { MediaEncryptionManager } from "@sotto/e2ee";
import { LogLevel, Room, RoomEvent, setLogLevel } from "livekit-client";
import { SottoError } from "../SottoError.ts";
import { allowedIceServers } from "./allowedIceServers.ts";

export interface MediaConnectionOptions {
  readonly url: string;
  readonly token: string;
  /** The STUN and TURN servers that may be used when the SFU names them, as `host` or `host:port`. */
  readonly iceHosts: readonly string[];
  /** `pid.senderNonce`: who we are to the SFU, or we are gone. */
  readonly identity: string;
  /** Null in a room without end-to-end encryption, and only there. Whoever made it disposes it. */
  readonly encryption: MediaEncryptionManager | null;
  readonly speakerDeviceId: string | null;
  readonly signal: AbortSignal;
  /** The SFU said who is there, once and before media flows: what is subscribed now comes with the first exchange. */
  readonly onSignalled: (connection: MediaConnection) => void;
  /** LiveKit lost the SFU and tries to come back by itself. */
  readonly onDown: () => void;
  readonly onUp: () => void;
  /** It did not come back, or must not: a new seat is needed, or with `identity_mismatch` there is no way back. */
  readonly onBroken: (error: SottoError) => void;
}

/** One LiveKit room of one seat. Data, streams and RPC of the SFU reach nobody: messages travel over NATS. */
export class MediaConnection {
  readonly room: Room;
  readonly encryption: MediaEncryptionManager | null;
  readonly #options: MediaConnectionOptions;
  readonly #stopListening: (() => void) | undefined;
  #failure: SottoError | null = null;
  #closed = false;

  /** Connects, with encryption on from the first moment. Throws a {@link SottoError}, or the signal's reason. */
  static async open(options: MediaConnectionOptions): Promise<MediaConnection> {
    options.signal.throwIfAborted();
    const connection = new MediaConnection(options, createRoom(options));
    const abort = () => void connection.close();
    options.signal.addEventListener("abort", abort);
    try {
      await connection.#connect();
      options.signal.throwIfAborted();
      return connection;
    } catch (error) {
      await connection.close();
      options.signal.throwIfAborted();
      throw connection.#failure ?? SottoError.mediaUnavailable(error);
    } finally {
      options.signal.removeEventListener("abort", abort);
    }
  }

  private constructor(options: MediaConnectionOptions, room: Room) {
    this.#options = options;
    this.room = room;
    this.encryption = options.encryption;
    // LiveKit's client would answer calls (RPC) over a data channel that we may not write to, and leave the failure unhandled.
    room.engine.removeAllListeners("dataPacketReceived");
    const check = () => this.#checkIdentity();
    room
      .on(RoomEvent.SignalConnected, check)
      .once(RoomEvent.SignalConnected, () => this.#report(() => options.onSignalled(this)))
      .on(RoomEvent.ConnectionStateChanged, check)
      .on(RoomEvent.Reconnecting, () => this.#report(options.onDown))
      .on(RoomEvent.Reconnected, () => this.#report(options.onUp))
      .on(RoomEvent.Disconnected, () => this.#break(SottoError.mediaUnavailable()));
    this.#stopListening = options.encryption?.subscribe((event) => {
      if (event.kind === "failed") this.#break(SottoError.mediaUnavailable(event.error));
    });
    window.addEventListener("pagehide", this.#onPageHide);
  }

  /** Leaves the SFU. Local tracks go on: whoever made them stops them. Idempotent. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    window.removeEventListener("pagehide", this.#onPageHide);
    this.#stopListening?.();
    await this.room.disconnect(false);
  }

  async #connect(): Promise<void> {
    const { url, token, encryption } = this.#options;
    if (encryption) await this.room.setE2EEEnabled(true);
    const options = { autoSubscribe: false, rtcConfig: this.#iceConfiguration() };
    // Without its key the cryptor lets nothing through, so that the two need not wait for each other.
    await Promise.all([encryption?.ready, this.room.connect(url, token, options)]);
    this.#checkIdentity();
    if (this.#failure) throw this.#failure;
  }

  /**
   * LiveKit's client takes the ICE servers it is given, and else whichever the SFU names; so it is always given some, which
   * change with what the SFU says when we join, before the peer connections hear of it.
   */
  #iceConfiguration(): RTCConfiguration {
    const configuration: RTCConfiguration = { iceServers: [] };
    this.room.engine.on("joined", ({ iceServers }) => {
      configuration.iceServers = allowedIceServers(iceServers, this.#options.iceHosts);
    });
    return configuration;
  }

  /** The SFU may say anything; a page that believed to be somebody else would encrypt with that person's key slot. */
  #checkIdentity(): void {
    const { identity } = this.room.localParticipant;
    if (identity !== "" && identity !== this.#options.identity) this.#break(SottoError.identityMismatch());
  }

  #break(error: SottoError): void {
    if (this.#failure || this.#closed) return;
    this.#failure = error;
    // Not inside of LiveKit's event: its connecting fails badly when it is disconnected there.
    queueMicrotask(() => void this.close());
    this.#options.onBroken(error);
  }

  /** The SFU is told at once. A page that is only put aside may come back, and then LiveKit reconnects. */
  readonly #onPageHide = ({ persisted }: PageTransitionEvent): void => {
    if (!persisted) void this.close();
  };

  #report(callback: () => void): void {
    if (!this.#closed && !this.#failure) callback();
  }
}

function createRoom({ encryption, speakerDeviceId }: MediaConnectionOptions): Room {
  // Everything that matters is an event; its log calls an orderly leave an error, and names rooms and participants.
  setLogLevel(LogLevel.silent);
  try {
    return new Room({
      adaptiveStream: true,
      dynacast: true,
      // LiveKit would disconnect and stop the camera before the page has gone, which we would take for a loss and mend.
      disconnectOnPageLeave: false,
      // Tracks outlive the room: the next seat publishes them again.
      stopLocalTrackOnUnpublish: false,
      publishDefaults: { videoCodec: "vp8", backupCodec: false },
      ...(encryption && { encryption: { e2eeManager: encryption } }),
      ...(speakerDeviceId !== null && { audioOutput: { deviceId: speakerDeviceId } }),
    });
  } catch (error) {
    throw SottoError.encryptionUnsupported("This browser cannot encrypt media.", error);
  }
}
