import type { LocalMediaState } from "@sotto/client";
import type { Role } from "@sotto/protocol";

/** What we are, and what we can use. */
export interface OwnStanding {
  readonly role: Role;
  readonly media: LocalMediaState;
}

const sources = ["microphone", "camera", "screen"] as const;
type Source = (typeof sources)[number];

/** By the keys of their sentences. */
export type StandingNews = Role | `${Source}.${"locked" | "unlocked" | "stopped"}`;

/** What is to be said of a change. A change of role says enough of everything that comes with it. */
export function standingNews(before: OwnStanding, now: OwnStanding): StandingNews[] {
  if (before.role !== now.role) return [now.role];
  return sources.flatMap((source): StandingNews[] => {
    const [was, is] = [before.media[source], now.media[source]];
    if (was.allowed !== is.allowed) return [`${source}.${is.allowed ? "unlocked" : "locked"}`];
    return is.allowed && is.stopped && !was.stopped ? [`${source}.stopped`] : [];
  });
}
