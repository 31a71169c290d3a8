import type { MeetingHistory } from "@sotto/client";
import { Suspense } from "react";
import { HistorySettings } from "../features/history/HistorySettings.tsx";
import { useStore } from "../ui/useStore.ts";
import { useChatHistory } from "./chatHistory.ts";
import { usePreference, usePreferencesStore } from "./preferences.ts";

interface ChatHistorySettingsProps {
  /** The one that the person is in, or null. */
  meeting: MeetingHistory | null;
}

/** What this browser keeps of chats, on the person's preferences. */
export function ChatHistorySettings(props: ChatHistorySettingsProps) {
  return (
    <Suspense fallback={null}>
      <Settings {...props} />
    </Suspense>
  );
}

function Settings({ meeting }: ChatHistorySettingsProps) {
  const history = useChatHistory();
  const preferences = usePreferencesStore();
  return (
    <HistorySettings
      state={useStore(history.state)}
      retention={usePreference("chatRetention")}
      onChooseRetention={(chatRetention) => preferences.setState({ chatRetention })}
      onSetPin={(pin) =>
        history.setPin(pin).then(
          () => true,
          () => false,
        )
      }
      onUnlock={(pin) => history.unlock(pin)}
      onForgetMeeting={meeting ? () => void meeting.forget() : undefined}
      onForgetEverything={() => void history.forgetEverything()}
    />
  );
}
