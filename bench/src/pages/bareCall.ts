/** The other side of the join bench: livekit-client on the same SFU and nothing else. */
import { createLocalTracks, Room, VideoPresets } from "livekit-client";

declare global {
  var prepareBareCall: (url: string, token: string) => Promise<void>;
}

globalThis.prepareBareCall = async (url, token) => {
  const tracks = await createLocalTracks({ audio: true, video: { resolution: VideoPresets.h720.resolution } });
  const room = new Room({ adaptiveStream: true, dynacast: true });
  const join = document.createElement("button");
  join.textContent = "Join";
  const connect = async () => {
    await room.connect(url, token);
    performance.mark("connected");
    await Promise.all(tracks.map((track) => room.localParticipant.publishTrack(track)));
    performance.mark("published");
  };
  join.addEventListener("click", () => void connect());
  document.body.append(join);
};
