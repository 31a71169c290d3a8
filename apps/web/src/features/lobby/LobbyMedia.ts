import type { PreviewTracks } from "@sotto/client";

/** Camera and microphone of the lobby. They stay there until the meeting takes them. */
export interface LobbyMedia {
  /** What is on now, or being started. */
  readonly wanted: () => Readonly<Record<"microphone" | "camera", boolean>>;
  /** Resolves when nothing is being started: a person who is asked by the browser has answered. */
  readonly settled: () => Promise<void>;
  /** Gives the tracks away. */
  readonly take: () => PreviewTracks;
}
