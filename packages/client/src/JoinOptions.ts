import type { MediaSource } from "@sotto/protocol";
import type { LocalAudioTrack, LocalVideoTrack } from "livekit-client";
import type { EndedSessions } from "./encryption/EndedSessions.ts";
import type { ChatHistory } from "./history/ChatHistory.ts";
import type { WaitingRoom } from "./waiting/WaitingRoom.ts";

/** What lets us in: a join token, or the resume cookie of an earlier join of this browser. */
export type JoinCredential =
  | { readonly kind: "token"; readonly token: string; readonly name?: string }
  | { readonly kind: "resume"; readonly participantId: string };

/**
 * Media of the joining participant.
 *
 * - `microphone`, `camera`: a track of the lobby's preview (the meeting takes it over and stops it), `true` to capture
 *   from the default device, `false` to start without. What the permissions do not allow is stopped and not published.
 * - `speakerDeviceId`: where others are heard.
 * - `receive`: the only sources of others that are received; all of them where it is not said.
 * - `createWorker`: makes the frame cryptor's worker. The page gives it because bundlers need the literal
 *   `new Worker(new URL("@sotto/e2ee/worker", import.meta.url), { type: "module" })`.
 */
export interface JoinMedia {
  readonly microphone: LocalAudioTrack | boolean;
  readonly camera: LocalVideoTrack | boolean;
  readonly speakerDeviceId?: string;
  readonly receive?: readonly MediaSource[];
  readonly createWorker: () => Worker;
}

/**
 * What protects a room with a passphrase. It never leaves the page, nor anything made of it but the opener's check.
 *
 * - `text`: as the person typed it.
 * - `open`: whether the person means to open the session with it, should nobody have. Where somebody has, theirs counts.
 * - `createWorker`: makes a worker of `@sotto/e2ee/passphrase-worker`, once per derivation (0.3 to 0.6 s, terminated
 *   afterwards): `new Worker(new URL("@sotto/e2ee/passphrase-worker", import.meta.url), { type: "module" })`. Without it
 *   the derivation holds the thread up, as may be in Node.
 */
export interface JoinPassphrase {
  readonly text: string;
  readonly open: boolean;
  readonly createWorker?: () => Worker;
}

/**
 * - `origin`: of the installation, such as `https://meet.example.org`.
 * - `media`: null joins without media (no WebRTC is loaded; works in Node). A function is called once we are let in: the
 *   tracks are the caller's while we wait.
 * - `passphrase`: for a room with one. A room without one is then refused. `later`: the person will be asked for it once
 *   they are let in, by `passphrase_required`.
 * - `analytics`: whether we are in the meeting's statistics, where it has some (`LobbyAnswer.analytics`); without a word we
 *   are not, or what we said before holds.
 * - `onWaiting`: called when we have to wait until a host lets us in; `Meeting.join` goes on by itself then.
 * - `endedSessions`: remembers the sessions that ended here, and refuses to join one again.
 * - `history`: where what is written is remembered over a reload, and for as long as the person wants.
 * - `signal`: gives the attempt up, and with it the place of whoever waits; without effect once joined.
 * - `fetch`: another `fetch`, where there is no cookie jar (Node). Without a cookie jar a join cannot be resumed.
 */
export interface JoinOptions {
  readonly origin: string;
  readonly credential: JoinCredential;
  readonly media: JoinMedia | null | (() => Promise<JoinMedia>);
  readonly passphrase?: JoinPassphrase | "later";
  readonly analytics?: boolean;
  readonly onWaiting?: (waitingRoom: WaitingRoom) => void;
  readonly endedSessions?: EndedSessions;
  readonly history?: ChatHistory;
  readonly signal?: AbortSignal;
  readonly fetch?: typeof fetch;
}
