import type { LocalMediaState } from "@sotto/client";

type SourceName = "microphone" | "camera" | "screen";

/** Whether hosts could let us use a source; where they cannot, the meeting has none for us. */
export type Unlockable = Readonly<Record<SourceName, boolean>>;

/** What the button of a source says: what it does, or why it does nothing and who could change that. */
export function sourceWords<S extends SourceName>(source: S, media: LocalMediaState, unlockable: Unlockable) {
  const { allowed, enabled } = media[source];
  if (!allowed) return unlockable[source] ? (`${source}.locked` as const) : (`${source}.never` as const);
  return enabled ? (`${source}.turnOff` as const) : (`${source}.turnOn` as const);
}
