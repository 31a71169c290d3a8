import type { Meeting } from "@sotto/client";
import { CaptionBar } from "../../features/captions/CaptionBar.tsx";
import { useStore } from "../../ui/useStore.ts";
import { usePreference, usePreferencesStore } from "../preferences.ts";

/** Captions as this person wants them: the bar where they are on, else nothing. */
export function MeetingCaptions({ meeting }: { meeting: Meeting }) {
  const captions = useStore(meeting.captions);
  const preferences = usePreferencesStore();
  const size = usePreference("captionSize");
  return (
    <CaptionBar
      lines={captions.map(({ id, participantId, text, isFinal }) => ({
        id,
        name: meeting.nameOf(participantId),
        text,
        isFinal,
      }))}
      size={size}
      onChooseSize={(captionSize) => preferences.setState({ captionSize })}
      onHide={() => preferences.setState({ captions: false })}
    />
  );
}
