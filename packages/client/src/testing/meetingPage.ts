import { defaultRoomFeatures } from "@sotto/protocol";
import { Room, RpcError } from "livekit-client";
import { captureColours, colourOf, type Colour } from "./colours.ts";
import { Meeting, Store, type JoinCredential, type MeetingTrack } from "../index.ts";
import { SubscriptionGuard } from "../media/SubscriptionGuard.ts";

/**
 * What a test sees of a track. `frames`: pictures painted, or for sound 10 ms blocks that were not silent. `colour`: of
 * the present picture.
 */
export interface TrackReport extends Pick<MeetingTrack, "participantId" | "source" | "isLocal" | "muted" | "status"> {
  frames: number;
  colour: Colour | null;
}

/**
 * What a page sends to the SFU: the kinds of its tracks that have a sender; how much of them went out unsealed (frames of
 * pictures, packets of sound); messages over data channels.
 */
export interface SendingReport {
  tracks: string[];
  unsealed: number;
  messages: number;
}

/** What is read of the browser's statistics. */
interface SentCounters {
  type: string;
  kind?: string;
  framesSent?: number;
  packetsSent?: number;
  messagesSent?: number;
}

const connections: RTCPeerConnection[] = [];
globalThis.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(configuration?: RTCConfiguration) {
    super(configuration);
    connections.push(this);
  }
};

/** A page that joins, plays everything and tells what it sees; for tests. */
const page = {
  meeting: null as Meeting | null,
  /** Of `publishInClear`. */
  rogue: new Room(),
  states: [] as string[],
  captureColours,

  async join(credential: JoinCredential, media = { microphone: true, camera: true }): Promise<string> {
    const meeting = await Meeting.join({
      origin: location.origin,
      credential,
      media: {
        ...media,
        createWorker: () => new Worker(new URL("@sotto/e2ee/worker", import.meta.url), { type: "module" }),
      },
    });
    page.meeting = meeting;
    meeting.connection.subscribe(() => page.states.push(meeting.connection.get().status));
    meeting.tracks.subscribe(() => play(meeting.tracks.get()));
    play(meeting.tracks.get());
    return meeting.info.participantId;
  },

  /** Publishes a camera in clear, as a client that is not ours would, and sends data to everybody. */
  async publishInClear(url: string, token: string): Promise<void> {
    await page.rogue.connect(url, token);
    const { localParticipant } = page.rogue;
    await localParticipant.setCameraEnabled(true);
    const data = new TextEncoder().encode(JSON.stringify({ text: "from the SFU" }));
    await localParticipant.publishData(data, { reliable: true, topic: "chat" });
    await localParticipant.sendText("from the SFU", { topic: "chat" });
    // oxlint-disable-next-line typescript/no-deprecated -- its clients take it all the same
    await localParticipant.sendChatMessage("from the SFU");
  },

  /** Subscribes to everything there is, as a client that is not ours would. */
  async subscribeToAll(url: string, token: string): Promise<void> {
    await page.rogue.connect(url, token, { autoSubscribe: true });
  },

  /** Whether the SFU says to a page with this token that it has read who may receive its media. */
  async isGuardInForce(url: string, token: string): Promise<boolean> {
    const room = new Room();
    await room.connect(url, token);
    const facts = { role: "participant", features: defaultRoomFeatures, peers: [] } as const;
    const guard = new SubscriptionGuard(new Store({ ...facts, running: new Set<never>(), refused: new Set<never>() }));
    guard.follow({ room });
    const isInForce = await guard.isInForce();
    guard.dispose();
    await room.disconnect();
    return isInForce;
  },

  /** What `subscribeToAll` has got of whom, as `<identity> <source>`. */
  receivedInClear(): string[] {
    const publications = [...page.rogue.remoteParticipants.values()].flatMap((participant) =>
      [...participant.trackPublications.values()].map((publication) => ({ participant, publication })),
    );
    const received = publications.filter(({ publication }) => publication.track !== undefined);
    return received.map(({ participant, publication }) => `${participant.identity} ${publication.source}`).toSorted();
  },

  /** Calls a procedure of somebody's page, as `publishInClear` does. Gives LiveKit's error code; null for an answer. */
  async callInClear(destinationIdentity: string): Promise<number | null> {
    const call = { destinationIdentity, method: "leave", payload: "{}", responseTimeout: 3_000 };
    return page.rogue.localParticipant.performRpc(call).then(
      () => null,
      (error: unknown) => (error instanceof RpcError ? error.code : -1),
    );
  },

  async sending(): Promise<SendingReport> {
    const open = connections.filter(({ connectionState }) => connectionState !== "closed");
    const tracks = open.flatMap((each) => each.getSenders()).flatMap(({ track }) => track?.kind ?? []);
    const reports = (await Promise.all(open.map((each) => each.getStats()))).flatMap(
      (each) => [...each.values()] as SentCounters[],
    );
    const sum = (count: (report: SentCounters) => number | undefined) =>
      reports.reduce((total, each) => total + (count(each) ?? 0), 0);
    const sent = sum(({ type, kind, framesSent, packetsSent }) => {
      if (type !== "outbound-rtp") return 0;
      return kind === "video" ? framesSent : packetsSent;
    });
    const messages = sum(({ type, messagesSent }) => (type === "data-channel" ? messagesSent : 0));
    const stats = (await page.meeting?.encryptionStats()) ?? [];
    const own = stats.filter(({ direction }) => direction === "send");
    const sealed = own.reduce((total, each) => total + each.framesOut, 0);
    return { tracks: tracks.toSorted(), unsealed: Math.max(0, sent - sealed), messages };
  },

  /** From now on, see `longestGaps`. */
  measureGaps(): void {
    for (const player of players.values()) player.measureGaps();
  },

  /** The longest time without a decoded frame since `measureGaps`, in milliseconds by others' participant ids. */
  longestGaps(): Record<string, number> {
    const cameras = (page.meeting?.tracks.get() ?? []).filter(({ source, isLocal }) => source === "camera" && !isLocal);
    return Object.fromEntries(
      cameras.map(({ id, participantId }) => [participantId, players.get(id)?.longestGap() ?? Infinity]),
    );
  },

  tracks(): TrackReport[] {
    return (page.meeting?.tracks.get() ?? []).map(({ id, participantId, source, isLocal, muted, status }) => {
      const player = players.get(id);
      const frames = player?.frames() ?? 0;
      return { participantId, source, isLocal, muted, status, frames, colour: player?.colour() ?? null };
    });
  },
};

interface Player {
  readonly media: MeetingTrack["media"];
  frames(): number;
  colour(): Colour | null;
  measureGaps(): void;
  /** Milliseconds; up to now counts, when no frame came since. */
  longestGap(): number;
  stop(): void;
}

const players = new Map<string, Player>();
const audio = new AudioContext();

function play(tracks: readonly MeetingTrack[]): void {
  for (const [id, player] of players) {
    if (tracks.some((track) => track.id === id && track.media === player.media)) continue;
    player.stop();
    players.delete(id);
  }
  for (const { id, media, source } of tracks) {
    if (!media || players.has(id)) continue;
    players.set(id, source === "camera" || source === "screen_share" ? watch(media) : listen(media));
  }
}

function watch(media: NonNullable<MeetingTrack["media"]>): Player {
  const video = document.createElement("video");
  video.muted = true;
  video.width = 320;
  document.body.append(video);
  media.attach(video);
  let longestMs = 0;
  let lastFrameAt = performance.now();
  const onFrame = (now: number) => {
    longestMs = Math.max(longestMs, now - lastFrameAt);
    lastFrameAt = now;
    video.requestVideoFrameCallback(onFrame);
  };
  video.requestVideoFrameCallback(onFrame);
  return {
    media,
    frames: () => video.getVideoPlaybackQuality().totalVideoFrames,
    colour: () => colourOf(video),
    measureGaps() {
      longestMs = 0;
      lastFrameAt = performance.now();
    },
    longestGap: () => Math.max(longestMs, performance.now() - lastFrameAt),
    stop() {
      media.detach(video);
      video.remove();
    },
  };
}

function listen(media: NonNullable<MeetingTrack["media"]>): Player {
  const element = document.createElement("audio");
  media.attach(element);
  const source = audio.createMediaStreamSource(new MediaStream([media.mediaStreamTrack]));
  const analyser = audio.createAnalyser();
  source.connect(analyser);
  let loud = 0;
  const samples = new Float32Array(analyser.fftSize);
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    if (samples.some((sample) => Math.abs(sample) > 0.01)) loud += 1;
  }, 10);
  return {
    media,
    frames: () => loud,
    colour: () => null,
    measureGaps: () => undefined,
    longestGap: () => 0,
    stop() {
      clearInterval(timer);
      source.disconnect();
      media.detach(element);
    },
  };
}

declare global {
  // `var` is how a global is declared.
  var meetingPage: typeof page;
}
globalThis.meetingPage = page;
