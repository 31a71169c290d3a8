import type { MeetingTrack, PlayableMedia } from "@sotto/client";
import { useEffect } from "react";
import { useAttachedMedia } from "../useAttachedMedia.ts";

export interface RemoteSoundProps {
  tracks: readonly MeetingTrack[];
  /** Where to play; null for the system's default. */
  speakerDeviceId: string | null;
}

/** Plays every microphone and shared tab of the others, whoever is visible on the stage. Renders nothing to see. */
export function RemoteSound({ tracks, speakerDeviceId }: RemoteSoundProps) {
  return tracks.map(
    ({ id, source, isLocal, media }) =>
      media &&
      !isLocal &&
      (source === "microphone" || source === "screen_share_audio") && (
        <TrackAudio key={id} media={media} speakerDeviceId={speakerDeviceId} />
      ),
  );
}

function TrackAudio({ media, speakerDeviceId }: { media: PlayableMedia; speakerDeviceId: string | null }) {
  const ref = useAttachedMedia<HTMLAudioElement>(media);
  useEffect(() => {
    // A speaker that was unplugged meanwhile: the sound stays where it is. Browsers without setSinkId offer no choice.
    if (speakerDeviceId !== null) void ref.current?.setSinkId?.(speakerDeviceId).catch(() => undefined);
  }, [ref, speakerDeviceId]);
  return <audio ref={ref} autoPlay />;
}
