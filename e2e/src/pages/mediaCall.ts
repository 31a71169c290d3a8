/** Page of `media-encryption.e2e.test.ts`: one LiveKit room with our media encryption, without any control plane. */
import {
  MediaEncryptionManager,
  parseIdentity,
  SessionKeys,
  type MediaEncryptionEvent,
  type MediaKeySource,
} from "@sotto/e2ee";
import {
  LocalVideoTrack,
  Room,
  RoomEvent,
  Track,
  type LocalTrack,
  type RemoteParticipant,
  type RemoteTrack,
  type RemoteTrackPublication,
  type VideoCodec,
} from "livekit-client";

export interface JoinOptions {
  url: string;
  token: string;
  /** `pid.senderNonce` of this page. */
  identity: string;
  sessionId: string;
  /** The first byte of the session's root: pages with different ones cannot decode each other. */
  rootSeed: number;
  /** Who is in the roster, besides ourselves. */
  roster: string[];
  /** The own key comes when `releaseOwnKey` is called. */
  holdsOwnKey?: boolean;
}

/** What one remote track has come to. */
export interface RemoteTrackReport {
  identity: string;
  source: string;
  isEncrypted: boolean;
  state: string;
  framesDecoded: number;
  keyFramesDecoded: number;
  audioEnergy: number;
  codec: string;
  frameWidth: number;
}

/** What is read of RTCStatsReport's entries. */
interface StatsEntry {
  id: string;
  type: string;
  codecId?: string;
  mimeType?: string;
  packetsSent?: number;
  framesDecoded?: number;
  keyFramesDecoded?: number;
  totalAudioEnergy?: number;
  frameWidth?: number;
}

declare global {
  var call: MediaCall;
  var joinCall: (options: JoinOptions) => Promise<void>;
}

export class MediaCall {
  readonly room: Room;
  readonly encryption: MediaEncryptionManager;
  readonly events: MediaEncryptionEvent[] = [];
  readonly releaseOwnKey: () => void;
  readonly #keys: SessionKeys;
  readonly #lies = new Map<string, Track.Source>();

  private constructor(room: Room, encryption: MediaEncryptionManager, keys: SessionKeys, releaseOwnKey: () => void) {
    this.room = room;
    this.encryption = encryption;
    this.releaseOwnKey = releaseOwnKey;
    this.#keys = keys;
    encryption.subscribe((event) => {
      this.events.push(event);
      if (event.kind === "track" && event.state === "ok") this.#attach(event.trackSid);
    });
    room
      .on(RoomEvent.TrackPublished, (publication, participant) => this.#subscribe(publication, participant))
      .on(RoomEvent.TrackUnsubscribed, (track) => track.detach().forEach((element) => element.remove()));
  }

  static async join({ url, token, identity, sessionId, rootSeed, roster, holdsOwnKey }: JoinOptions): Promise<void> {
    const self = parseIdentity(identity);
    const epochs = [{ epoch: 0, secret: new Uint8Array(32) }];
    const root = new Uint8Array(32).fill(rootSeed);
    const keys = await SessionKeys.forServerKey({ sessionId, root, epochs, self });
    const worker = new Worker(new URL("@sotto/e2ee/worker", import.meta.url), { type: "module" });
    const release = Promise.withResolvers<void>();
    const source: MediaKeySource = {
      currentEpoch: 0,
      async mediaBaseKey(participantId, senderNonce, epoch) {
        if (participantId === self.participantId && holdsOwnKey) await release.promise;
        return keys.mediaBaseKey(participantId, senderNonce, epoch);
      },
    };
    const encryption = new MediaEncryptionManager({ keys: source, worker, self });
    const room = new Room({ encryption: { e2eeManager: encryption }, dynacast: false });
    globalThis.call = new MediaCall(room, encryption, keys, release.resolve);
    await Promise.all(roster.map((other) => encryption.admit(other)));
    if (!holdsOwnKey) await encryption.ready;
    await room.connect(url, token, { autoSubscribe: false });
    for (const participant of room.remoteParticipants.values()) {
      for (const publication of participant.trackPublications.values()) call.#subscribe(publication, participant);
    }
  }

  async publishCamera(videoCodec: VideoCodec): Promise<void> {
    const simulcast = videoCodec === "vp8" || videoCodec === "h264";
    await this.room.localParticipant.setCameraEnabled(
      true,
      { resolution: { width: 640, height: 360, frameRate: 20 } },
      { videoCodec, simulcast },
    );
  }

  async unpublish(source: "camera" | "microphone" | "screen_share"): Promise<void> {
    const track = this.room.localParticipant.getTrackPublication(source as Track.Source)?.track;
    if (track) await this.room.localParticipant.unpublishTrack(track);
  }

  /** A canvas stands in for the screen. */
  async shareScreen(): Promise<void> {
    const canvas = document.createElement("canvas");
    canvas.width = 640;
    canvas.height = 360;
    const context = canvas.getContext("2d");
    setInterval(() => {
      if (!context) return;
      context.fillStyle = `hsl(${Math.round(performance.now() / 10) % 360} 80% 50%)`;
      context.fillRect(0, 0, 640, 360);
    }, 100);
    const [media] = canvas.captureStream(10).getVideoTracks();
    if (!media) throw new Error("the canvas gives no video");
    const track = new LocalVideoTrack(media, undefined, true);
    await this.room.localParticipant.publishTrack(track, { source: Track.Source.ScreenShare, videoCodec: "vp8" });
  }

  async nextEpoch(epoch: number, step: "stage" | "activate" | "retire"): Promise<void> {
    if (step === "stage") {
      await this.#keys.addEpoch({ epoch, secret: new Uint8Array(32).fill(epoch) });
      await this.encryption.stageEpoch(epoch);
    } else if (step === "activate") {
      this.#keys.activateEpoch(epoch);
      await this.encryption.activateEpoch(epoch);
    } else {
      this.encryption.retireEpochsBefore(epoch);
    }
  }

  async report(): Promise<RemoteTrackReport[]> {
    const reports: RemoteTrackReport[] = [];
    for (const { identity, trackPublications } of this.room.remoteParticipants.values()) {
      for (const publication of trackPublications.values()) {
        const { source, trackSid, isEncrypted } = publication;
        const known = this.encryption.receivedTracks.find((entry) => entry.trackSid === trackSid);
        const stats = await statsOf(publication.track);
        const inbound = stats.find(({ type }) => type === "inbound-rtp");
        const codec = stats.find(({ id }) => id === inbound?.codecId);
        reports.push({
          identity,
          source,
          isEncrypted,
          state: known?.state ?? "none",
          framesDecoded: inbound?.framesDecoded ?? 0,
          keyFramesDecoded: inbound?.keyFramesDecoded ?? 0,
          audioEnergy: inbound?.totalAudioEnergy ?? 0,
          codec: codec?.mimeType ?? "",
          frameWidth: inbound?.frameWidth ?? 0,
        });
      }
    }
    return reports;
  }

  /** From now on this page is told another source of publications, as an SFU could tell it. */
  lieAboutSource(source: string, told: "camera" | "screen_share"): void {
    this.#lies.set(source, told as Track.Source);
  }

  /** RTP packets that left this page. */
  async packetsSent(): Promise<number> {
    let packets = 0;
    for (const { track } of this.room.localParticipant.trackPublications.values()) {
      for (const { type, packetsSent } of await statsOf(track))
        if (type === "outbound-rtp") packets += packetsSent ?? 0;
    }
    return packets;
  }

  #attach(trackSid: string): void {
    for (const { trackPublications } of this.room.remoteParticipants.values()) {
      const track = trackPublications.get(trackSid)?.track;
      if (track && track.attachedElements.length === 0) document.body.append(track.attach());
    }
  }

  #subscribe(publication: RemoteTrackPublication, { identity }: RemoteParticipant): void {
    const lie = this.#lies.get(publication.source);
    if (lie) Object.defineProperty(publication, "source", { get: () => lie, set() {} });
    if (this.encryption.mayReceive(identity, publication)) publication.setSubscribed(true);
  }
}

async function statsOf(track: LocalTrack | RemoteTrack | undefined): Promise<StatsEntry[]> {
  const entries: StatsEntry[] = [];
  (await track?.getRTCStatsReport())?.forEach((entry: StatsEntry) => entries.push(entry));
  return entries;
}

Object.assign(globalThis, { joinCall: (options: JoinOptions) => MediaCall.join(options) });
