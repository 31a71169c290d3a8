import type { Meeting, MeetingTrack } from "@sotto/client";
import { consentTo } from "@sotto/protocol";
import { VoiceGate } from "../speech/VoiceGate.ts";
import type { ProcessSide } from "./contract.ts";
import { toPcm } from "./toPcm.ts";

const contextRate = 16_000;

interface Listener {
  readonly media: NonNullable<MeetingTrack["media"]>;
  stop(): void;
}

/**
 * Listens to the microphones of whoever agreed to be transcribed, and hands the process what they say. Whoever did not
 * agree is not even sent here by the SFU, by the word of their own page; where the SFU does, it is not listened to.
 */
export class Listeners {
  readonly #meeting: Meeting;
  readonly #processSide: ProcessSide;
  readonly #context: AudioContext;
  readonly #listeners = new Map<string, Listener>();
  readonly #unsubscribe: (() => void)[];

  static async open(meeting: Meeting, processSide: ProcessSide): Promise<Listeners> {
    const context = new AudioContext({ sampleRate: contextRate });
    // What the audio thread loads does not come by the process that answers our requests; a script that we have does.
    const script = URL.createObjectURL(await (await fetch("pcmWorklet.js")).blob());
    await context.audioWorklet.addModule(script);
    URL.revokeObjectURL(script);
    await context.resume();
    return new Listeners(meeting, processSide, context);
  }

  private constructor(meeting: Meeting, processSide: ProcessSide, context: AudioContext) {
    this.#meeting = meeting;
    this.#processSide = processSide;
    this.#context = context;
    const update = () => this.#update();
    this.#unsubscribe = [meeting.tracks, meeting.participants, meeting.room].map((store) => store.subscribe(update));
    update();
  }

  dispose(): void {
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    for (const participantId of this.#listeners.keys()) this.#stop(participantId);
    void this.#context.close();
  }

  #update(): void {
    const { transcription } = this.#meeting.room.get();
    const agreed = new Set(
      this.#meeting.participants
        .get()
        .filter(({ consents }) => consentTo("transcription", consents, transcription) === true)
        .map(({ participantId }) => participantId),
    );
    const wanted = new Map(
      this.#meeting.tracks
        .get()
        .filter(({ source, isLocal, status }) => source === "microphone" && !isLocal && status === "live")
        .flatMap(({ participantId, media }) =>
          media && agreed.has(participantId) ? [[participantId, media] as const] : [],
        ),
    );
    for (const [participantId, { media }] of this.#listeners) {
      if (wanted.get(participantId) !== media) this.#stop(participantId);
    }
    for (const [participantId, media] of wanted) {
      if (!this.#listeners.has(participantId)) this.#listeners.set(participantId, this.#listen(participantId, media));
    }
  }

  #stop(participantId: string): void {
    this.#listeners.get(participantId)?.stop();
    this.#listeners.delete(participantId);
    void this.#processSide.sottoPaused(participantId, true);
  }

  #listen(participantId: string, media: Listener["media"]): Listener {
    // Chromium decodes nothing that no element plays.
    const element = document.createElement("audio");
    element.muted = true;
    media.attach(element);
    const source = this.#context.createMediaStreamSource(new MediaStream([media.mediaStreamTrack]));
    const worklet = new AudioWorkletNode(this.#context, "pcm", { numberOfOutputs: 0 });
    const gate = new VoiceGate();
    const hear = ({ data }: MessageEvent<Float32Array>) => {
      const { blocks, paused, level } = gate.push(data);
      for (const block of blocks) void this.#processSide.sottoHeard(participantId, toPcm(block), level);
      if (paused) void this.#processSide.sottoPaused(participantId, false);
    };
    worklet.port.addEventListener("message", hear);
    worklet.port.start();
    source.connect(worklet);
    return {
      media,
      stop() {
        worklet.port.removeEventListener("message", hear);
        source.disconnect();
        media.detach(element);
      },
    };
  }
}
