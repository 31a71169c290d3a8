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
  /** How many messages were numbered by their senders and never came. */
  missing: number;
  canSend: boolean;
  encrypted: boolean;
  /** Stands above the messages; empty for nothing. */
  welcome: string;
  onSend: (text: string) => void;
  onRetry: (id: string) => void;
}

/** Messages above, what is being written below. */
export function ChatView({
  messages,
  undecryptable,
  missing,
  canSend,
  encrypted,
  welcome,
  onSend,
  onRetry,
}: ChatViewProps) {
  const { t } = useTranslation("chat");
  return (
    <div className={styles.chat}>
      <MessageList messages={messages} encrypted={encrypted} welcome={welcome} onRetry={onRetry} />
      <div role="status">
        {undecryptable > 0 && <ChatNotice>{t("undecryptable", { count: undecryptable })}</ChatNotice>}
        {missing > 0 && <ChatNotice>{t("missing", { count: missing })}</ChatNotice>}
      </div>
      {canSend ? <Composer onSend={onSend} /> : <p className={styles.readOnly}>{t("readOnly")}</p>}
    </div>
  );
}

function ChatNotice({ children }: { children: string }) {
  return (
    <p className={styles.notice}>
      <ShieldAlert aria-hidden="true" />
      <span>{children}</span>
    </p>
  );
}
