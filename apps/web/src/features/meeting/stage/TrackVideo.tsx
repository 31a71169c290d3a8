import type { PlayableMedia } from "@sotto/client";
import { useAttachedMedia } from "../useAttachedMedia.ts";

/** A picture without sound. What it shows is said in words by the tile around it, so screen readers skip it. */
export function TrackVideo({ media, className }: { media: PlayableMedia; className: string | undefined }) {
  const ref = useAttachedMedia<HTMLVideoElement>(media);
  return (
    <video ref={ref} className={className} muted playsInline autoPlay disablePictureInPicture aria-hidden="true" />
  );
}
