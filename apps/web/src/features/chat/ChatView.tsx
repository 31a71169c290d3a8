import type { ChatMessage } from "@sotto/client";
import { ShieldAlert } from "lucide-react";
import { useTranslation } from "react-i18next";
import styles from "./ChatView.module.css";
import { Composer } from "./Composer.tsx";
import { MessageList } from "./MessageList.tsx";

export interface ChatViewProps {
  messages: readonly ChatMessage[];
  /** How many messages could not be read. */
  undecryptable: number;
  canSend: boolean;
  encrypted: boolean;
  onSend: (text: string) => void;
  onRetry: (id: string) => void;
}

/** Messages above, what is being written below. */
export function ChatView({ messages, undecryptable, canSend, encrypted, onSend, onRetry }: ChatViewProps) {
  const { t } = useTranslation("chat");
  return (
    <div className={styles.chat}>
      <MessageList messages={messages} encrypted={encrypted} onRetry={onRetry} />
      {undecryptable > 0 && (
        <p className={styles.undecryptable} role="status">
          <ShieldAlert aria-hidden="true" />
          <span>{t("undecryptable", { count: undecryptable })}</span>
        </p>
      )}
      {canSend ? <Composer onSend={onSend} /> : <p className={styles.readOnly}>{t("readOnly")}</p>}
    </div>
  );
}
