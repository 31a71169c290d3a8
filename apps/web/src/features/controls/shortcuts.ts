/** What can be done by a single key. */
export type MeetingAction = "microphone" | "camera" | "screen" | "hand" | "chat" | "people";

/** The letter of each action, the same in every language: they are shown, and differ from the browser's own. */
export const shortcutKeys = {
  microphone: "M",
  camera: "V",
  screen: "S",
  hand: "H",
  chat: "C",
  people: "P",
} as const satisfies Record<MeetingAction, string>;

const actionsByKey = new Map<string, MeetingAction>(
  Object.entries(shortcutKeys).map(([action, key]) => [key, action as MeetingAction]),
);

/** The action of a key press, unless it is part of a combination or repeats because it is held. */
export function shortcutOf(
  event: Pick<KeyboardEvent, "key" | "altKey" | "ctrlKey" | "metaKey" | "repeat">,
): MeetingAction | undefined {
  if (event.altKey || event.ctrlKey || event.metaKey || event.repeat) return undefined;
  return actionsByKey.get(event.key.toUpperCase());
}
