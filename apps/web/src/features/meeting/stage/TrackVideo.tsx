import type { PlayableMedia } from "@sotto/client";
import { useEffect, useRef } from "react";

/** A picture without sound. What it shows is said in words by the tile around it, so screen readers skip it. */
export function TrackVideo({ media, className }: { media: PlayableMedia; className: string | undefined }) {
  const ref = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    const element = ref.current;
    if (!element) return undefined;
    media.attach(element);
    return () => media.detach(element);
  }, [media]);
  return (
    <video ref={ref} className={className} muted playsInline autoPlay disablePictureInPicture aria-hidden="true" />
  );
}
