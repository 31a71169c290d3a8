import type { MeetingHistory } from "@sotto/client";
import { HistorySettings } from "../features/history/HistorySettings.tsx";
import { useStore } from "../ui/useStore.ts";
import { useChatHistory } from "./chatHistory.ts";
import { usePreference, usePreferencesStore } from "./preferences.ts";

/** What this browser keeps of chats, on the person's preferences. `meeting`: the one they are in, or null. */
export function ChatHistorySettings({ meeting }: { meeting: MeetingHistory | null }) {
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
