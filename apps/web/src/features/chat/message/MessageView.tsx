import type { ChatMessage } from "@sotto/client";
import { mentionedIn } from "@sotto/protocol";
import { CircleAlert, Ellipsis } from "lucide-react";
import { memo, useId } from "react";
import { Button } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { FileMessage } from "../files/FileMessage.tsx";
import { namesFor, type MessageActions } from "./MessageActions.ts";
import { MessageText } from "./MessageText.tsx";
import { timeFormat } from "../../../ui/timeFormat.ts";
import styles from "./MessageView.module.css";
import { QuoteButton } from "./QuoteButton.tsx";

interface MessageViewProps {
  message: ChatMessage;
  /** The message that it answers, if that is here. */
  quoted: ChatMessage | undefined;
  actions: MessageActions;
}

/** One message: what it answers, what it says, and a menu of what can be done with it. */
export const MessageView = memo(function MessageView({ message, quoted, actions }: MessageViewProps) {
  const { t, i18n } = useTranslation("chat");
  const bubbleId = useId();
  const { id, text, state, isDeleted, isLocal, changedAt } = message;
  const mentionsUs = !isLocal && mentionedIn(text).has(actions.selfId);
  const when = timeFormat(i18n.language, { dateStyle: "long", timeStyle: "short" }).format(message.sentAt);
  return (
    <div className={styles.row} data-message={id} tabIndex={-1}>
      <div
        id={bubbleId}
        className={styles.message}
        data-state={state}
        data-deleted={isDeleted || undefined}
        data-mentions-us={mentionsUs || undefined}
        data-retold={message.retoldBy !== null || undefined}
        title={when}
      >
        {message.replyTo !== null && (
          <QuoteButton quoted={quoted} nameOf={actions.nameOf} onJump={() => actions.onJump(message.replyTo ?? "")} />
        )}
        {isDeleted && t(isLocal ? "deletedByYou" : "deleted")}
        {message.file && <FileMessage file={message.file} isSent={state === "sent"} download={actions.download} />}
        {text !== "" && (
          <MessageText text={text} nameOf={namesFor(message, actions.nameOf)} selfId={isLocal ? "" : actions.selfId} />
        )}
        {changedAt !== null && !isDeleted && <span className={styles.edited}>{t("edited")}</span>}
      </div>
      {state === "sent" && !isDeleted && (
        <button
          type="button"
          className={styles.menu}
          // Short, because new messages are read out with it.
          aria-label={t("options")}
          aria-describedby={bubbleId}
          aria-haspopup="menu"
          onClick={({ currentTarget }) => actions.onOpenMenu(message, currentTarget)}
        >
          <Ellipsis aria-hidden="true" />
        </button>
      )}
      {state === "failed" && (
        <p className={styles.failed}>
          <CircleAlert aria-hidden="true" />
          {t("failed")}
          <Button className={styles.retry ?? ""} onPress={() => actions.onRetry(id)}>
            {t("retry")}
          </Button>
        </p>
      )}
    </div>
  );
});
