import type { PlayableMedia } from "@sotto/client";
import { useEffect, useRef, type RefObject } from "react";

/** Gives the element that plays `media` while it is mounted. */
export function useAttachedMedia<T extends HTMLMediaElement>(media: PlayableMedia): RefObject<T | null> {
  const ref = useRef<T>(null);
  useEffect(() => {
    const element = ref.current;
    if (!element) return undefined;
    media.attach(element);
    return () => media.detach(element);
  }, [media]);
  return ref;
}
