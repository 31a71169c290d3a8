import type { ChatMessage } from "@sotto/client";
import { ArrowDown, MessageCircle, MessagesSquare } from "lucide-react";
import { Fragment, useMemo, useState } from "react";
import { Button } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { DayLine } from "./DayLine.tsx";
import { groupMessages, isSameDay } from "./groupMessages.ts";
import type { MessageActions } from "./MessageActions.ts";
import { MessageGroupView } from "./MessageGroupView.tsx";
import styles from "./MessageList.module.css";
import { MessageText } from "./MessageText.tsx";
import { useStickToEnd } from "./useStickToEnd.ts";

export interface MessageListProps {
  messages: readonly ChatMessage[];
  /** The other one of a private conversation. */
  peer?: string;
  encrypted: boolean;
  welcome: string;
  actions: MessageActions;
}

/** All messages, kept at the newest one unless the person scrolled up to read; then a button says that more came. */
export function MessageList({ messages, peer, encrypted, welcome, actions }: MessageListProps) {
  const { t } = useTranslation("chat");
  const groups = useMemo(() => groupMessages(messages), [messages]);
  const byId = useMemo(() => new Map(messages.map((message) => [message.id, message])), [messages]);
  const [now] = useState(() => Date.now());
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
            <div className={styles.welcome}>
              <MessageText text={welcome} nameOf={actions.nameOf} selfId="" />
            </div>
          )}
          {groups.length === 0 && peer === undefined && <EmptyChat encrypted={encrypted} />}
          {groups.map((group, index) => {
            const before = groups[index - 1];
            const beginsDay = before ? !isSameDay(before.sentAt, group.sentAt) : !isSameDay(group.sentAt, now);
            const tells = group.retoldBy && group.retoldBy.participantId !== before?.retoldBy?.participantId;
            return (
              <Fragment key={group.id}>
                {beginsDay && <DayLine at={group.sentAt} now={now} />}
                {tells && <Retold teller={group.retoldBy?.name || t("unknownSender")} />}
                <MessageGroupView group={group} byId={byId} actions={actions} />
              </Fragment>
            );
          })}
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

/** Stands over what somebody told of the time before we came. */
function Retold({ teller }: { teller: string }) {
  const { t } = useTranslation("chat");
  return (
    <div className={styles.retold}>
      <MessagesSquare aria-hidden="true" />
      <p>
        <strong>{t("history.sharedTitle", { name: teller })}</strong> {t("history.sharedWarning", { name: teller })}
      </p>
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
