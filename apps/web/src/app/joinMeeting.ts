import {
  createEndedSessions,
  DevicePreview,
  Meeting,
  type ChatHistory,
  type JoinCredential,
  type PreviewTracks,
} from "@sotto/client";

export interface JoinMeetingRequest {
  readonly origin: string;
  readonly credential: JoinCredential;
  /** Tracks of the lobby's preview, or what to switch on now: after a reload, or when the preview was still starting. */
  readonly media: PreviewTracks;
  /** The devices the person prefers. */
  readonly devices: Partial<Record<MediaDeviceKind, string>>;
  /** Of the lobby; null in a room without one. */
  readonly passphrase: { readonly text: string; readonly open: boolean } | null;
  readonly history: ChatHistory;
  readonly signal: AbortSignal;
}

/** Joins with the frame cryptor's worker; loaded when it is needed, because media code is large. */
export async function joinMeeting({
  origin,
  credential,
  media,
  devices,
  passphrase,
  history,
  signal,
}: JoinMeetingRequest): Promise<Meeting> {
  const { microphone, camera } = await captured(media, devices);
  // It loads while the server answers.
  using first = new WorkerAhead();
  const meeting = await Meeting.join({
    origin,
    credential,
    signal,
    endedSessions: createEndedSessions(localStorage),
    history,
    ...(passphrase && { passphrase: { ...passphrase, createWorker: newPassphraseWorker } }),
    media: {
      microphone,
      camera,
      ...(devices.audiooutput !== undefined && { speakerDeviceId: devices.audiooutput }),
      createWorker: () => first.take() ?? newWorker(),
    },
  });
  if (signal.aborted) {
    await meeting.leave();
    signal.throwIfAborted();
  }
  // What is off now is switched on later with the device that was chosen before.
  if (!microphone && devices.audioinput) await meeting.localMedia.switchDevice("audioinput", devices.audioinput);
  if (!camera && devices.videoinput) await meeting.localMedia.switchDevice("videoinput", devices.videoinput);
  return meeting;
}

const newWorker = () =>
  new Worker(new URL("@sotto/e2ee/worker", import.meta.url), { type: "module", name: "sotto-e2ee" });

const newPassphraseWorker = () =>
  new Worker(new URL("@sotto/e2ee/passphrase-worker", import.meta.url), { type: "module", name: "sotto-passphrase" });

/** A worker for whoever takes it first; terminated where nobody does, as in a room without encryption. */
class WorkerAhead implements Disposable {
  #worker: Worker | null = newWorker();

  take(): Worker | null {
    const worker = this.#worker;
    this.#worker = null;
    return worker;
  }

  [Symbol.dispose](): void {
    this.take()?.terminate();
  }
}

/** What cannot be captured stays off; the meeting's own controls say why when the person tries again. */
async function captured(wanted: PreviewTracks, devices: JoinMeetingRequest["devices"]): Promise<PreviewTracks> {
  const { microphone, camera } = wanted;
  if (microphone !== true && camera !== true) return wanted;
  using preview = new DevicePreview({ microphone: devices.audioinput, camera: devices.videoinput });
  await preview.start({ microphone: microphone === true, camera: camera === true });
  const late = preview.handOver();
  return {
    microphone: microphone === true ? late.microphone : microphone,
    camera: camera === true ? late.camera : camera,
  };
}
