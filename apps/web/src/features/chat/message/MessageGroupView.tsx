import type { ChatMessage } from "@sotto/client";
import { memo } from "react";
import { useTranslation } from "react-i18next";
import { Avatar } from "../../../ui/Avatar.tsx";
import { timeFormat } from "../../../ui/timeFormat.ts";
import type { MessageGroup } from "./groupMessages.ts";
import type { MessageActions } from "./MessageActions.ts";
import styles from "./MessageGroupView.module.css";
import { MessageView } from "./MessageView.tsx";

interface MessageGroupViewProps {
  group: MessageGroup;
  /** Messages by id, to find what is answered. */
  byId: ReadonlyMap<string, ChatMessage>;
  actions: MessageActions;
}

/** What one person wrote in one go. */
export const MessageGroupView = memo(
  function MessageGroupView({ group, byId, actions }: MessageGroupViewProps) {
    const { t, i18n } = useTranslation("chat");
    const time = timeFormat(i18n.language, { timeStyle: "short" }).format(group.sentAt);
    const name = group.name || t("unknownSender");
    const teller = group.retoldBy && (group.retoldBy.name || t("unknownSender"));
    return (
      <article
        className={styles.group}
        data-local={group.isLocal || undefined}
        aria-label={teller === null ? `${name}, ${time}` : t("history.retoldLabel", { name, time, teller })}
      >
        {!group.isLocal && <Avatar name={name} seed={group.participantId} size="s" />}
        <div className={styles.body}>
          <header className={styles.header}>
            <strong className={styles.name} dir="auto">
              {group.isLocal ? t("you") : name}
            </strong>
            <time dateTime={new Date(group.sentAt).toISOString()}>{time}</time>
            {teller !== null && <span>{t("history.sharedBy", { name: teller })}</span>}
          </header>
          {group.messages.map((message) => (
            <MessageView
              key={message.id}
              message={message}
              quoted={message.replyTo === null ? undefined : byId.get(message.replyTo)}
              actions={actions}
            />
          ))}
        </div>
      </article>
    );
  },
  // A group is made anew with every message; what it shows is its messages and those they answer.
  (before, after) =>
    before.actions === after.actions &&
    before.group.messages.length === after.group.messages.length &&
    before.group.messages.every((message, index) => {
      if (message !== after.group.messages[index]) return false;
      return message.replyTo === null || before.byId.get(message.replyTo) === after.byId.get(message.replyTo);
    }),
);
