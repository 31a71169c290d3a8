import type { MeetingTrack } from "@sotto/client";
import { fit, gridOf } from "./gridOf.ts";

const width = 1280;
const height = 720;
const framesPerSecond = 15;
const background = "#0b110f";
const captionFont = "600 20px system-ui, sans-serif";

interface Shown {
  video: HTMLVideoElement;
  name: string;
}

/**
 * Everybody's pictures in one and everybody's voices in one, as the page has them. Pictures that the stage does not show are
 * not sent to this page and stand still here too.
 */
export class Composition implements Disposable {
  readonly #canvas = document.createElement("canvas");
  readonly #audio = new AudioContext();
  readonly #mix = this.#audio.createMediaStreamDestination();
  readonly #pictures = new Map<MediaStreamTrack, Shown>();
  readonly #voices = new Map<MediaStreamTrack, MediaStreamAudioSourceNode>();
  readonly #timer: ReturnType<typeof setInterval>;

  constructor() {
    this.#canvas.width = width;
    this.#canvas.height = height;
    // Timers of a page in the background go on while it plays sound; animation frames do not.
    this.#timer = setInterval(() => this.#draw(), 1000 / framesPerSecond);
  }

  /** One picture and one sound, for as long as this lives. */
  stream(): MediaStream {
    const picture = this.#canvas.captureStream(framesPerSecond);
    return new MediaStream([...picture.getVideoTracks(), ...this.#mix.stream.getAudioTracks()]);
  }

  /** What is seen and heard from now on. Muted and covered tracks are not in it. */
  show(tracks: readonly MeetingTrack[], nameOf: (participantId: string) => string): void {
    const live = tracks.filter(({ muted, status }) => !muted && status === "live");
    const present = new Set(live.flatMap(({ media }) => media?.mediaStreamTrack ?? []));
    for (const track of this.#pictures.keys()) if (!present.has(track)) this.#pictures.delete(track);
    for (const [track, voice] of this.#voices) {
      if (present.has(track)) continue;
      voice.disconnect();
      this.#voices.delete(track);
    }
    for (const { media, participantId } of live) {
      const track = media?.mediaStreamTrack;
      if (track?.kind === "audio" && !this.#voices.has(track)) this.#hear(track);
      if (track?.kind === "video" && !this.#pictures.has(track)) this.#watch(track, nameOf(participantId));
    }
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    this.show([], () => "");
    void this.#audio.close();
  }

  #hear(track: MediaStreamTrack): void {
    const voice = this.#audio.createMediaStreamSource(new MediaStream([track]));
    voice.connect(this.#mix);
    this.#voices.set(track, voice);
  }

  #watch(track: MediaStreamTrack, name: string): void {
    const video = document.createElement("video");
    video.muted = true;
    video.srcObject = new MediaStream([track]);
    video.play().catch(() => undefined); // it is drawn when it has a picture
    this.#pictures.set(track, { video, name });
  }

  #draw(): void {
    const brush = this.#canvas.getContext("2d");
    if (!brush) return;
    brush.fillStyle = background;
    brush.fillRect(0, 0, width, height);
    const shown = [...this.#pictures.values()].filter(({ video }) => video.videoWidth > 0);
    const cells = gridOf(shown.length, width, height);
    for (const [index, { video, name }] of shown.entries()) {
      const cell = cells[index];
      if (!cell) continue;
      const place = fit(cell, video.videoWidth, video.videoHeight);
      brush.drawImage(video, place.x, place.y, place.width, place.height);
      brush.font = captionFont;
      brush.shadowColor = "black";
      brush.shadowBlur = 6;
      brush.fillStyle = "white";
      brush.fillText(name, place.x + 12, place.y + place.height - 14, place.width - 24);
      brush.shadowBlur = 0;
    }
  }
}
