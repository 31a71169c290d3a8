import {
  createEndedSessions,
  DevicePreview,
  Meeting,
  type ChatHistory,
  type JoinCredential,
  type PreviewTracks,
  type WaitingRoom,
} from "@sotto/client";
import type { LobbyMedia } from "../features/lobby/LobbyMedia.ts";
import type { PassphraseChoice } from "../features/lobby/LobbyView.tsx";

export interface JoinMeetingRequest {
  readonly origin: string;
  readonly credential: JoinCredential;
  /** Of the lobby, or what to switch on now: after a reload. */
  readonly media: LobbyMedia | Readonly<Record<"microphone" | "camera", boolean>>;
  /** The devices the person prefers. */
  readonly devices: Partial<Record<MediaDeviceKind, string>>;
  /** Of the lobby; null in a room without one; `later` for whoever is asked once they are let in. */
  readonly passphrase: PassphraseChoice | "later" | null;
  /** Whether the person is in the meeting's statistics; undefined where that is not asked now. */
  readonly analytics?: boolean | undefined;
  readonly onWaiting: (waitingRoom: WaitingRoom) => void;
  readonly history: ChatHistory;
  readonly signal: AbortSignal;
}

/** Joins with the frame cryptor's worker; loaded when it is needed, because media code is large. */
export async function joinMeeting(request: JoinMeetingRequest): Promise<Meeting> {
  const { origin, credential, media, devices, passphrase, analytics, onWaiting, history, signal } = request;
  // It loads while the server answers.
  using first = new WorkerAhead();
  let taken: PreviewTracks = { microphone: false, camera: false };
  const take = async (tracks: PreviewTracks) => {
    taken = await captured(tracks, devices);
    return {
      ...taken,
      ...(devices.audiooutput !== undefined && { speakerDeviceId: devices.audiooutput }),
      createWorker: () => first.take() ?? newWorker(),
    };
  };
  const meeting = await Meeting.join({
    origin,
    credential,
    signal,
    onWaiting,
    endedSessions: createEndedSessions(localStorage),
    history,
    ...(analytics !== undefined && { analytics }),
    ...(passphrase && { passphrase: withWorker(passphrase) }),
    media: "take" in media ? () => take(media.take()) : await take(media),
  });
  if (signal.aborted) {
    await meeting.leave();
    signal.throwIfAborted();
  }
  // What is off now is switched on later with the device that was chosen before.
  if (!taken.microphone && devices.audioinput) await meeting.localMedia.switchDevice("audioinput", devices.audioinput);
  if (!taken.camera && devices.videoinput) await meeting.localMedia.switchDevice("videoinput", devices.videoinput);
  return meeting;
}

const newWorker = () =>
  new Worker(new URL("@sotto/e2ee/worker", import.meta.url), { type: "module", name: "sotto-e2ee" });

const newPassphraseWorker = () =>
  new Worker(new URL("@sotto/e2ee/passphrase-worker", import.meta.url), { type: "module", name: "sotto-passphrase" });

function withWorker(passphrase: PassphraseChoice | "later") {
  return passphrase === "later" ? passphrase : { ...passphrase, createWorker: newPassphraseWorker };
}

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
