import type { MeetingHistory } from "@sotto/client";
import { Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { HistoryLine } from "../../features/history/HistoryLine.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { useStore } from "../../ui/useStore.ts";
import { useChatHistory } from "../chatHistory.ts";
import { ChatHistorySettings } from "../ChatHistorySettings.tsx";
import { usePreference } from "../preferences.ts";

/** In the chat: how long this browser keeps it, and what can be done about that. */
export function KeptChat({ history }: { history: MeetingHistory | null }) {
  const { t } = useTranslation("history");
  const [isOpen, setIsOpen] = useState(false);
  return (
    <>
      <Suspense fallback={null}>
        <Line onOpen={() => setIsOpen(true)} />
      </Suspense>
      <Dialog title={t("title")} isOpen={isOpen} onOpenChange={setIsOpen}>
        <ChatHistorySettings meeting={history} />
      </Dialog>
    </>
  );
}

function Line({ onOpen }: { onOpen: () => void }) {
  const state = useStore(useChatHistory().state);
  return <HistoryLine state={state} retention={usePreference("chatRetention")} onOpen={onOpen} />;
}
