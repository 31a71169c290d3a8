import type { ChatMessage } from "@sotto/client";
import { ArrowDown, MessageCircle } from "lucide-react";
import { useMemo } from "react";
import { Button } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { groupMessages } from "./groupMessages.ts";
import type { ChatFiles } from "./files/ChatFiles.ts";
import styles from "./MessageList.module.css";
import { MessageGroupView } from "./MessageGroupView.tsx";
import { MessageText } from "./MessageText.tsx";
import { useStickToEnd } from "./useStickToEnd.ts";

export interface MessageListProps {
  messages: readonly ChatMessage[];
  /** The other one of a private conversation. */
  peer?: string;
  encrypted: boolean;
  welcome: string;
  download: ChatFiles["download"];
  onRetry: (id: string) => void;
}

/** All messages, kept at the newest one unless the person scrolled up to read; then a button says that more came. */
export function MessageList({ messages, peer, encrypted, welcome, download, onRetry }: MessageListProps) {
  const { t } = useTranslation("chat");
  const groups = useMemo(() => groupMessages(messages), [messages]);
  const last = messages.at(-1);
  const { ref, onScroll, behind, scrollToEnd } = useStickToEnd(last?.id, last?.isLocal ?? false);
  return (
    <div className={styles.frame}>
      <div
        ref={ref}
        onScroll={onScroll}
        className={styles.list}
        role="log"
        aria-label={peer === undefined ? t("messages") : t("privateWith", { name: peer })}
        // Reachable by keyboard, to scroll.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
      >
        <div className={styles.content}>
          {welcome && (
            <p className={styles.welcome} dir="auto">
              <MessageText text={welcome} />
            </p>
          )}
          {groups.length === 0 && peer === undefined && <EmptyChat encrypted={encrypted} />}
          {groups.map((group) => (
            <MessageGroupView key={group.id} group={group} download={download} onRetry={onRetry} />
          ))}
        </div>
      </div>
      {behind && (
        <Button className={styles.newer ?? ""} onPress={scrollToEnd}>
          <ArrowDown aria-hidden="true" />
          {t("newMessages")}
        </Button>
      )}
    </div>
  );
}

function EmptyChat({ encrypted }: { encrypted: boolean }) {
  const { t } = useTranslation("chat");
  return (
    <div className={styles.empty}>
      <MessageCircle aria-hidden="true" />
      <p className={styles.emptyTitle}>{t("empty")}</p>
      <p>{t(encrypted ? "emptyEncrypted" : "emptyPlain")}</p>
    </div>
  );
}
