/**
 * One participant of the e2ee bench: livekit-client straight on the SFU, without encryption, with LiveKit's own worker
 * or with ours. The picture is a clock, so that a receiver reads the delay from it and knows garbage when it sees it.
 */
import { encodeBase64Url, MediaEncryptionManager, parseIdentity, passphraseRoot, SessionKeys } from "@sotto/e2ee";
import {
  BaseKeyProvider,
  KeyProviderEvent,
  Room,
  RoomEvent,
  Track,
  VideoPreset,
  type RoomOptions,
} from "livekit-client";

export type Encryption = "none" | "livekit" | "sotto";

export interface CallOptions {
  url: string;
  token: string;
  identity: string;
  /** Everybody who will be there, the own one included. */
  identities: readonly string[];
  encryption: Encryption;
  framesPerSecond: number;
  /** Whether the sound of the fake microphone is sent too. */
  sound: boolean;
  publish: boolean;
}

/** Of one received picture: how many frames, the delays, and the longest time between two frames, in milliseconds. */
export interface ReceivedPicture {
  frames: number;
  delaysMs: number[];
  longestGapMs: number;
}

declare global {
  var call: {
    /** Joins and gives the milliseconds to the first readable picture, if somebody sends one. */
    join(options: CallOptions): Promise<number>;
    /** Receives for a while, after which every picture's figures are given. */
    receive(durationMs: number): Promise<ReceivedPicture[]>;
    stage(epoch: number): Promise<void>;
    activate(epoch: number): Promise<void>;
    /** Milliseconds per sealed and per opened frame; null where the cryptor does not count. */
    millisecondsPerFrame(): Promise<{ seal: number; open: number } | null>;
    /** Milliseconds of one passphrase's derivation. */
    derivePassphrase(): Promise<number>;
  };
}

const sessionId = "AAAAAAAAAAAAAAAAAAAAAA";
const root = new Uint8Array(32).fill(7);
const epochSecret = (epoch: number) => new Uint8Array(32).fill((epoch % 255) + 1);
const width = 320;
const height = 180;
/** The clock: milliseconds modulo 2^16, one block per bit, and each bit's inverse below it. */
const clockBits = 16;
const blockWidth = width / clockBits;

interface Cryptor {
  options: RoomOptions;
  ready: Promise<unknown>;
  admit(): Promise<unknown>;
  stage(epoch: number): Promise<unknown>;
  activate(epoch: number): Promise<unknown>;
  stats(): ReturnType<MediaEncryptionManager["stats"]> | null;
}

interface Reader {
  video: HTMLVideoElement;
  frames: number;
  delaysMs: number[];
  lastAt: number;
  longestGapMs: number;
}

const readers: Reader[] = [];
const firstReadable = Promise.withResolvers<number>();
let cryptor: Cryptor | null = null;

globalThis.call = {
  async join(options) {
    const start = performance.now();
    const { self, keys } = await makeKeys(options.identity);
    cryptor = { none: noCryptor, livekit: liveKitCryptor, sotto: sottoCryptor }[options.encryption](
      keys,
      self,
      options.identities,
    );
    const room = new Room({
      ...cryptor.options,
      publishDefaults: { videoCodec: "vp8", backupCodec: false, simulcast: false, red: false, dtx: false },
    });
    room.on(RoomEvent.TrackSubscribed, (track) => {
      if (track.kind === Track.Kind.Video) read(track.mediaStreamTrack);
      else track.attach();
    });
    if (options.encryption !== "none") await room.setE2EEEnabled(true);
    await cryptor.admit();
    await Promise.all([cryptor.ready, room.connect(options.url, options.token)]);
    if (options.publish) await publish(room, options);
    return (await firstReadable.promise) - start;
  },
  async receive(durationMs) {
    const now = performance.now();
    for (const reader of readers) Object.assign(reader, { frames: 0, delaysMs: [], lastAt: now, longestGapMs: 0 });
    await new Promise((resolve) => setTimeout(resolve, durationMs));
    return readers.map(({ frames, delaysMs, lastAt, longestGapMs }) => ({
      frames,
      delaysMs,
      longestGapMs: Math.max(longestGapMs, performance.now() - lastAt),
    }));
  },
  stage: async (epoch) => void (await cryptor?.stage(epoch)),
  activate: async (epoch) => void (await cryptor?.activate(epoch)),
  async millisecondsPerFrame() {
    const stats = await cryptor?.stats();
    if (!stats) return null;
    const mean = (direction: "send" | "receive") => {
      const video = stats.filter((each) => each.direction === direction && each.codec === "vp8");
      const busyMs = video.reduce((sum, each) => sum + each.busyMs, 0);
      return busyMs / video.reduce((sum, each) => sum + each.framesIn, 0);
    };
    return { seal: mean("send"), open: mean("receive") };
  },
  async derivePassphrase() {
    const start = performance.now();
    await passphraseRoot("correct horse battery staple", sessionId, new Uint8Array(16));
    return performance.now() - start;
  },
};

async function makeKeys(identity: string) {
  const self = parseIdentity(identity);
  const keys = await SessionKeys.forServerKey({
    sessionId,
    root,
    epochs: [{ epoch: 0, secret: epochSecret(0) }],
    self,
  });
  return { self, keys };
}

function noCryptor(): Cryptor {
  const nothing = async () => undefined;
  return { options: {}, ready: nothing(), admit: nothing, stage: nothing, activate: nothing, stats: () => null };
}

function sottoCryptor(keys: SessionKeys, self: SessionKeys["self"], identities: readonly string[]): Cryptor {
  const worker = new Worker(new URL("@sotto/e2ee/worker", import.meta.url), { type: "module" });
  const manager = new MediaEncryptionManager({ keys, self, worker });
  return {
    options: { encryption: { e2eeManager: manager } },
    ready: manager.ready,
    admit: () => Promise.all(identities.map((identity) => manager.admit(identity))),
    async stage(epoch) {
      await keys.addEpoch({ epoch, secret: epochSecret(epoch) });
      await manager.stageEpoch(epoch);
    },
    async activate(epoch) {
      keys.activateEpoch(epoch);
      await manager.activateEpoch(epoch);
    },
    stats: () => manager.stats(),
  };
}

/** LiveKit's worker with the same keys, one for each sender, its slots filled as its key provider would. */
class SlotKeyProvider extends BaseKeyProvider {
  constructor() {
    super({
      sharedKey: false,
      ratchetSalt: "sotto/v1/livekit",
      ratchetWindowSize: 0,
      failureTolerance: -1,
      keyringSize: 256,
      keySize: 256,
    });
  }

  set(key: CryptoKey, participantIdentity: string, keyIndex: number, activate: boolean): void {
    this.emit(KeyProviderEvent.SetKey, { key, participantIdentity, keyIndex }, activate);
  }

  /** Else LiveKit would activate an older key when signalling connects. */
  override getKeys(): ReturnType<BaseKeyProvider["getKeys"]> {
    return [];
  }
}

function liveKitCryptor(keys: SessionKeys, self: SessionKeys["self"], identities: readonly string[]): Cryptor {
  const worker = new Worker(new URL("livekit-client/e2ee-worker", import.meta.url), { type: "module" });
  const provider = new SlotKeyProvider();
  const own = `${self.participantId}.${encodeBase64Url(self.senderNonce)}`;
  const set = async (identity: string, epoch: number, activate: boolean) => {
    const { participantId, senderNonce } = parseIdentity(identity);
    const base = await keys.mediaBaseKey(participantId, senderNonce, epoch);
    const key = await crypto.subtle.importKey("raw", base, "HKDF", false, ["deriveBits", "deriveKey"]);
    provider.set(key, identity, 1 + (epoch % 255), activate);
  };
  return {
    options: { encryption: { keyProvider: provider, worker } },
    ready: Promise.resolve(),
    admit: () => Promise.all(identities.map((identity) => set(identity, 0, true))),
    async stage(epoch) {
      await keys.addEpoch({ epoch, secret: epochSecret(epoch) });
      await Promise.all(identities.map((identity) => set(identity, epoch, false)));
    },
    async activate(epoch) {
      keys.activateEpoch(epoch);
      await set(own, epoch, true);
    },
    stats: () => null,
  };
}

async function publish(
  room: Room,
  { framesPerSecond, sound: withSound }: Pick<CallOptions, "framesPerSecond" | "sound">,
): Promise<void> {
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  const context = canvas.getContext("2d");
  if (!context) throw new Error("no canvas");
  setInterval(() => drawClock(context), 1000 / framesPerSecond);
  const [picture] = canvas.captureStream(framesPerSecond).getVideoTracks();
  if (!picture) throw new Error("no picture");
  const { encoding } = new VideoPreset(width, height, 300_000, framesPerSecond);
  await room.localParticipant.publishTrack(picture, { source: Track.Source.Camera, videoEncoding: encoding });
  if (!withSound) return;
  const [sound] = (await navigator.mediaDevices.getUserMedia({ audio: true })).getAudioTracks();
  if (!sound) throw new Error("no sound");
  await room.localParticipant.publishTrack(sound, { source: Track.Source.Microphone });
}

const clock = () => Math.round(performance.timeOrigin + performance.now()) % 2 ** clockBits;

function drawClock(context: CanvasRenderingContext2D): void {
  const now = clock();
  for (let bit = 0; bit < clockBits; bit++) {
    const isSet = (now >> bit) & 1;
    context.fillStyle = isSet ? "#fff" : "#000";
    context.fillRect(bit * blockWidth, 0, blockWidth, height / 2);
    context.fillStyle = isSet ? "#000" : "#fff";
    context.fillRect(bit * blockWidth, height / 2, blockWidth, height / 2);
  }
}

function read(track: MediaStreamTrack): void {
  const video = Object.assign(document.createElement("video"), { muted: true });
  video.srcObject = new MediaStream([track]);
  document.body.append(video);
  const reader: Reader = { video, frames: 0, delaysMs: [], lastAt: performance.now(), longestGapMs: 0 };
  readers.push(reader);
  const context = new OffscreenCanvas(clockBits, 2).getContext("2d", { willReadFrequently: true });
  const onFrame = () => {
    video.requestVideoFrameCallback(onFrame);
    const sentAt = context && readClock(context, video);
    if (sentAt === null) return;
    const now = performance.now();
    reader.frames += 1;
    reader.delaysMs.push((clock() - sentAt + 2 ** clockBits) % 2 ** clockBits);
    reader.longestGapMs = Math.max(reader.longestGapMs, now - reader.lastAt);
    reader.lastAt = now;
    firstReadable.resolve(now);
  };
  video.requestVideoFrameCallback(onFrame);
  void video.play();
}

/** Null for a picture that is not a clock. */
function readClock(context: OffscreenCanvasRenderingContext2D, video: HTMLVideoElement): number | null {
  context.drawImage(video, 0, 0, clockBits, 2);
  const { data } = context.getImageData(0, 0, clockBits, 2);
  const bright = (index: number) => (data[index * 4] ?? 0) > 127;
  let value = 0;
  for (let bit = 0; bit < clockBits; bit++) {
    if (bright(bit) === bright(clockBits + bit)) return null;
    if (bright(bit)) value |= 1 << bit;
  }
  return value;
}
