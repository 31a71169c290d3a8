import { ConnectionState, createLocalTracks, LocalVideoTrack, Room, RoomEvent, type Track } from "livekit-client";

/** A page that publishes with LiveKit's client and does as the SFU says; for tests. */
const page = {
  room: new Room(),
  events: [] as string[],

  async connect(url: string, token: string): Promise<void> {
    page.room
      .on(RoomEvent.LocalTrackUnpublished, ({ source }) => page.events.push(`unpublished ${source}`))
      .on(RoomEvent.TrackMuted, ({ source }) => page.events.push(`muted ${source}`))
      .on(RoomEvent.Disconnected, () => page.events.push("disconnected"));
    await page.room.connect(url, token, { autoSubscribe: false });
  },

  /** What became of it: `published`, or why not. */
  async publish(source: "camera" | "microphone" | "screen_share"): Promise<string> {
    try {
      await page.room.localParticipant.publishTrack(await trackOf(source), { source: source as Track.Source });
      return "published";
    } catch (error) {
      return (error as Error).message;
    }
  },

  /** The sources of what is published now, those that are muted with an `m`. */
  published(): string[] {
    const publications = [...page.room.localParticipant.trackPublications.values()];
    return publications.map(({ source, isMuted }) => (isMuted ? `${source} m` : source)).toSorted();
  },

  async unmute(source: "camera" | "microphone"): Promise<void> {
    await page.room.localParticipant.getTrackPublication(source as Track.Source)?.unmute();
  },

  isConnected: () => page.room.state === ConnectionState.Connected,
};

async function trackOf(source: "camera" | "microphone" | "screen_share") {
  if (source === "screen_share") return screen();
  const [track] = await createLocalTracks({ audio: source === "microphone", video: source === "camera" });
  if (!track) throw new Error(`no ${source}`);
  return track;
}

/** Nobody is there to choose a screen. */
function screen(): LocalVideoTrack {
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d");
  setInterval(() => context?.fillRect(Math.random() * 300, 0, 10, 10), 50);
  const [track] = canvas.captureStream(10).getVideoTracks();
  if (!track) throw new Error("a canvas has a picture");
  return new LocalVideoTrack(track);
}

declare global {
  // `var` is how a global is declared.
  var publisher: typeof page;
}
globalThis.publisher = page;
