/**
 * What the proof puts into a page before the page's own scripts: it copies encoded frames as they leave or arrive, looks
 * at every decoded picture and listens to every decoded sound. It changes nothing of them.
 */

/** Encoded frames of one RTP sender (before anything seals them) or receiver (before anything opens them). */
export interface TappedFrames {
  direction: "send" | "receive";
  kind: string;
  /** In base64. */
  frames: string[];
}

/** What was decoded of one track. */
export interface WatchedTrack {
  kind: string;
  /** Of every decoded picture: brightness, one value per block, row by row. */
  pictures: number[][];
  sound: Loudness;
}

/** Loudness over time: the root mean square of each piece of sound, about 10 ms long. */
export interface Loudness {
  /** When each piece began, in Unix milliseconds. */
  timesMs: number[];
  values: number[];
}

/** What became of video frames that arrived a second time. */
export interface Replays {
  /** How many were handed to the page twice. */
  repeated: number;
  /** How many of these came out again, for the decoder. */
  passed: number;
}

export interface InPage {
  /** Starts to look at or listen to a track. */
  watch(track: MediaStreamTrack): void;
  /** Starts to listen to what this page sends. */
  watchSent(): void;
  /** Starts to look at and listen to everything that this page receives, now or later. */
  watchReceived(): void;
  /** Forgets the frames so far, not the pictures. */
  forgetFrames(): void;
  /** Everything so far. */
  collect(): { tapped: TappedFrames[]; watched: WatchedTrack[]; replays: Replays };
}

export interface InPageOptions {
  /** Pictures are reduced to this many blocks. */
  columns: number;
  rows: number;
  /** Frames kept of each sender and receiver. */
  maxFrames: number;
  /** A sender or receiver whose frames the page has not asked for after this time is let through. */
  graceMs: number;
  /** Whether every video frame arrives twice, as an SFU could send it. */
  replays?: boolean;
}

declare global {
  var sottoProof: InPage;
}

type Endpoint = RTCRtpSender | RTCRtpReceiver;

/** Of Chromium; not in TypeScript's library. */
interface EncodedFrame {
  data: ArrayBuffer;
  /** Of RTP. */
  timestamp: number;
}
interface EncodedStreams {
  readable: ReadableStream<EncodedFrame>;
  writable: WritableStream<EncodedFrame>;
}
interface EncodedStreamsOwner {
  createEncodedStreams: (this: Endpoint) => EncodedStreams;
}
interface TrackProcessor {
  readable: ReadableStream<VideoFrame | AudioData>;
}
declare const MediaStreamTrackProcessor: new (init: { track: MediaStreamTrack }) => TrackProcessor;

/** Playwright sends this function's source to the page, so it refers to nothing outside of itself. */
export function installInPage({ columns, rows, maxFrames, graceMs, replays = false }: InPageOptions): void {
  const tapped: { direction: "send" | "receive"; endpoint: Endpoint; frames: Uint8Array<ArrayBuffer>[] }[] = [];
  const watched: WatchedTrack[] = [];
  const senders = new Set<RTCRtpSender>();
  const asked = new WeakSet<Endpoint>();
  const received = new Set<MediaStreamTrack>();
  const replayed: Replays = { repeated: 0, passed: 0 };
  let watchesReceived = false;

  function tap(prototype: Endpoint, direction: "send" | "receive"): void {
    const owner = prototype as unknown as EncodedStreamsOwner;
    const createEncodedStreams = owner.createEncodedStreams;
    owner.createEncodedStreams = function (this: Endpoint) {
      const { readable, writable } = createEncodedStreams.call(this);
      asked.add(this);
      const frames: Uint8Array<ArrayBuffer>[] = [];
      tapped.push({ direction, endpoint: this, frames });
      const repeats = replays && direction === "receive" && this.track?.kind === "video";
      const copy = new TransformStream<EncodedFrame, EncodedFrame>({
        transform(frame, controller) {
          if (frames.length < maxFrames) frames.push(new Uint8Array(frame.data.slice(0)));
          const again = repeats ? structuredClone(frame) : null;
          controller.enqueue(frame);
          if (!again) return;
          replayed.repeated += 1;
          controller.enqueue(again);
        },
      });
      return { readable: readable.pipeThrough(copy), writable: repeats ? withoutRepeats(writable) : writable };
    };
  }

  /** Counts the frames that come out a second time, and keeps them from the decoder. */
  function withoutRepeats(writable: WritableStream<EncodedFrame>): WritableStream<EncodedFrame> {
    const seen = new Set<string>();
    const filter = new TransformStream<EncodedFrame, EncodedFrame>({
      transform(frame, controller) {
        // Where nothing moves, frames have the same bytes, but not the same time.
        const which = `${frame.timestamp} ${inBase64(new Uint8Array(frame.data))}`;
        if (seen.has(which)) {
          replayed.passed += 1;
        } else {
          seen.add(which);
          controller.enqueue(frame);
        }
      },
    });
    filter.readable.pipeTo(writable).catch(() => undefined); // the connection is gone
    return filter.writable;
  }

  function inBase64(bytes: Uint8Array): string {
    return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
  }
  tap(RTCRtpSender.prototype, "send");
  tap(RTCRtpReceiver.prototype, "receive");

  /** In a room without encryption the page does not ask for its frames, and without anybody who does none would flow. */
  function letThrough(endpoint: Endpoint): void {
    setTimeout(() => {
      if (asked.has(endpoint)) return;
      const { readable, writable } = (endpoint as unknown as EncodedStreamsOwner).createEncodedStreams.call(endpoint);
      readable.pipeTo(writable).catch(() => undefined); // the connection is gone
    }, graceMs);
  }

  function withFrames(configuration: RTCConfiguration | undefined): RTCConfiguration {
    return Object.assign({}, configuration, { encodedInsertableStreams: true });
  }

  globalThis.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(configuration?: RTCConfiguration) {
      super(withFrames(configuration));
      this.addEventListener("track", ({ receiver }) => {
        if (watchesReceived && !received.has(receiver.track)) watch(receiver.track);
        received.add(receiver.track);
        letThrough(receiver);
      });
    }

    override setConfiguration(configuration?: RTCConfiguration): void {
      super.setConfiguration(withFrames(configuration));
    }

    override addTransceiver(track: MediaStreamTrack | string, init?: RTCRtpTransceiverInit): RTCRtpTransceiver {
      const transceiver = super.addTransceiver(track, init);
      senders.add(transceiver.sender);
      letThrough(transceiver.sender);
      return transceiver;
    }

    override addTrack(track: MediaStreamTrack, ...streams: MediaStream[]): RTCRtpSender {
      const sender = super.addTrack(track, ...streams);
      senders.add(sender);
      letThrough(sender);
      return sender;
    }
  };

  const canvas = new OffscreenCanvas(columns, rows).getContext("2d", { willReadFrequently: true });

  function brightness(frame: VideoFrame): number[] {
    if (!canvas) throw new Error("this browser has no canvas");
    canvas.drawImage(frame, 0, 0, columns, rows);
    const { data } = canvas.getImageData(0, 0, columns, rows);
    return Array.from({ length: columns * rows }, (_, block) => {
      const [red = 0, green = 0, blue = 0] = data.subarray(block * 4);
      return Math.round(0.299 * red + 0.587 * green + 0.114 * blue);
    });
  }

  function rootMeanSquare(sound: AudioData): number {
    const samples = new Float32Array(sound.numberOfFrames);
    sound.copyTo(samples, { planeIndex: 0, format: "f32-planar" });
    return Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);
  }

  async function follow(track: MediaStreamTrack, notes: WatchedTrack): Promise<void> {
    let clockStartMs = 0;
    const reader = new MediaStreamTrackProcessor({ track }).readable.getReader();
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      const { value } = next;
      if (value instanceof VideoFrame) {
        notes.pictures.push(brightness(value));
      } else {
        // The sound's own clock: a busy machine hands pieces over late, or not at all.
        if (notes.sound.values.length === 0) clockStartMs = Date.now() - value.timestamp / 1000;
        notes.sound.timesMs.push(clockStartMs + value.timestamp / 1000);
        notes.sound.values.push(rootMeanSquare(value));
      }
      value.close();
    }
  }

  function watch(track: MediaStreamTrack): void {
    const notes: WatchedTrack = { kind: track.kind, pictures: [], sound: { timesMs: [], values: [] } };
    watched.push(notes);
    void follow(track, notes);
  }

  globalThis.sottoProof = {
    watch,
    watchSent() {
      for (const { track } of senders) if (track?.kind === "audio") watch(track);
    },
    watchReceived() {
      watchesReceived = true;
      for (const track of received) watch(track);
    },
    forgetFrames() {
      for (const { frames } of tapped) frames.length = 0;
    },
    collect: () => ({
      watched,
      replays: replayed,
      tapped: tapped.map(({ direction, endpoint, frames }) => ({
        direction,
        kind: endpoint.track?.kind ?? "none",
        frames: frames.map(inBase64),
      })),
    }),
  };
}
