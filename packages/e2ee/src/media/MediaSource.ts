/** What a track shows or carries; at most one track of each is published by one page. The words are LiveKit's. */
export const mediaSources = ["camera", "microphone", "screen_share", "screen_share_audio"] as const;
export type MediaSource = (typeof mediaSources)[number];

/** The number that stands for a source in the authenticated data of a frame. */
export const mediaSourceNumbers: Record<MediaSource, number> = {
  camera: 1,
  microphone: 2,
  screen_share: 3,
  screen_share_audio: 4,
};

export function isMediaSource(source: string): source is MediaSource {
  return (mediaSources as readonly string[]).includes(source);
}

export function kindOf(source: MediaSource): "audio" | "video" {
  return source === "microphone" || source === "screen_share_audio" ? "audio" : "video";
}
