import type { ChatMessage } from "@sotto/client";
import { CircleAlert } from "lucide-react";
import { Button } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { Avatar } from "../../ui/Avatar.tsx";
import type { ChatFiles } from "./files/ChatFiles.ts";
import { FileMessage } from "./files/FileMessage.tsx";
import type { MessageGroup } from "./groupMessages.ts";
import { MessageText } from "./MessageText.tsx";
import styles from "./MessageGroupView.module.css";

interface MessageGroupViewProps {
  group: MessageGroup;
  download: ChatFiles["download"];
  onRetry: (id: string) => void;
}

/** What one person wrote in one go. */
export function MessageGroupView({ group, download, onRetry }: MessageGroupViewProps) {
  const { t, i18n } = useTranslation("chat");
  const time = new Intl.DateTimeFormat(i18n.language, { timeStyle: "short" }).format(group.sentAt);
  const name = group.name || t("unknownSender");
  return (
    <article className={styles.group} data-local={group.isLocal || undefined} aria-label={`${name}, ${time}`}>
      {!group.isLocal && <Avatar name={name} seed={group.participantId} size="s" />}
      <div className={styles.body}>
        <header className={styles.header}>
          <strong className={styles.name} dir="auto">
            {group.isLocal ? t("you") : name}
          </strong>
          <time dateTime={new Date(group.sentAt).toISOString()}>{time}</time>
        </header>
        {group.messages.map((message) => (
          <Message key={message.id} message={message} download={download} onRetry={onRetry} />
        ))}
      </div>
    </article>
  );
}

function Message({ message, download, onRetry }: { message: ChatMessage } & Omit<MessageGroupViewProps, "group">) {
  const { t } = useTranslation("chat");
  return (
    <>
      {message.file && (
        <div className={styles.message} data-state={message.state}>
          <FileMessage file={message.file} isSent={message.state === "sent"} download={download} />
        </div>
      )}
      {message.text !== "" && (
        <p className={styles.message} data-state={message.state} dir="auto">
          <MessageText text={message.text} />
        </p>
      )}
      {message.state === "failed" && (
        <p className={styles.failed}>
          <CircleAlert aria-hidden="true" />
          {t("failed")}
          <Button className={styles.retry ?? ""} onPress={() => onRetry(message.id)}>
            {t("retry")}
          </Button>
        </p>
      )}
    </>
  );
}
