import type { MeetingTrack } from "@sotto/client";
import type { Scene } from "./Scene.ts";

interface Voice extends Disposable {
  readonly source: MediaStreamTrack;
}

/** All the sounds of a recording in one track, which is there also while nobody says anything. */
export class SoundMix implements AsyncDisposable {
  readonly track: MediaStreamTrack;
  readonly #context = new AudioContext({ sampleRate: 48_000 });
  readonly #mix = this.#context.createMediaStreamDestination();
  readonly #voices = new Map<string, Voice>();
  readonly #input: AudioNode;

  constructor() {
    // Mixed voices may be louder than a sample can be.
    const limiter = new DynamicsCompressorNode(this.#context, { threshold: -3, knee: 0, ratio: 20, attack: 0.002 });
    limiter.connect(this.#mix);
    this.#input = limiter;
    const [track] = this.#mix.stream.getAudioTracks();
    this.track = track as MediaStreamTrack;
  }

  /** Lets exactly these be heard from now on. */
  hear({ sounds }: Scene): void {
    const wanted = new Map(sounds.map((track) => [track.id, track]));
    for (const [id, voice] of this.#voices) {
      if (wanted.get(id)?.media?.mediaStreamTrack === voice.source) continue;
      voice[Symbol.dispose]();
      this.#voices.delete(id);
    }
    for (const [id, track] of wanted) if (!this.#voices.has(id)) this.#add(id, track);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.hear({ tiles: [], sounds: [] });
    await this.#context.close();
  }

  #add(id: string, { media }: MeetingTrack): void {
    if (media === null) return;
    const source = media.mediaStreamTrack;
    const stream = new MediaStream([source]);
    // Chromium lets a remote track flow only while an element plays it.
    const element = new Audio();
    element.muted = true;
    element.srcObject = stream;
    void element.play().catch(() => undefined);
    const node = this.#context.createMediaStreamSource(stream);
    node.connect(this.#input);
    const dispose = () => {
      node.disconnect();
      element.srcObject = null;
    };
    this.#voices.set(id, { source, [Symbol.dispose]: dispose });
  }
}
