import { useEffect, useEffectEvent } from "react";
import { shortcutOf, type MeetingAction } from "./shortcuts.ts";

/** Where letters have another meaning: text is typed, or a list jumps to what begins with them. */
const takesLetters =
  "input, textarea, select, [contenteditable], [role=menu], [role=listbox], [role=dialog], [role=alertdialog]";

/** Calls `onAction` for the single-key shortcuts of the meeting, while `enabled` and while nobody is typing. */
export function useShortcuts(enabled: boolean, onAction: (action: MeetingAction) => void): void {
  const onKeyDown = useEffectEvent((event: KeyboardEvent) => {
    if (event.defaultPrevented || (event.target instanceof Element && event.target.closest(takesLetters))) return;
    const action = shortcutOf(event);
    if (!action) return;
    event.preventDefault();
    onAction(action);
  });
  useEffect(() => {
    if (!enabled) return undefined;
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, [enabled]);
}
