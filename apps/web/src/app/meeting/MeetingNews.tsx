import type { ChatMessage, Participant, ShownReaction } from "@sotto/client";
import { VisuallyHidden } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { useRosterNews } from "../../features/meeting/useRosterNews.ts";

interface MeetingNewsProps {
  participants: readonly Participant[];
  messages: readonly ChatMessage[];
  /** Unread private messages, by the name of who wrote them. */
  privateUnread: readonly { name: string; unread: number }[];
  reactions: readonly ShownReaction[];
  /** Whom a host shows large to everybody; null for nobody. */
  spotlight: string | null;
  nameOf: (participantId: string) => string;
  /** The open chat reads new messages itself. */
  chatIsOpen: boolean;
}

/** Tells screen readers who comes and goes, raises a hand or reacts, who is in the spotlight, and who wrote where it is not read by the open chat. */
export function MeetingNews({
  participants,
  messages,
  privateUnread,
  reactions,
  spotlight,
  nameOf,
  chatIsOpen,
}: MeetingNewsProps) {
  const { t, i18n } = useTranslation(["meeting", "ui"]);
  const { joined, left, raised } = useRosterNews(participants);
  const newest = messages.at(-1);
  const names = new Intl.ListFormat(i18n.language);
  return (
    <VisuallyHidden>
      <p role="status">
        {joined.length > 0 && <span>{t("news.joined", { names: names.format(joined) })} </span>}
        {left.length > 0 && <span>{t("news.left", { names: names.format(left) })} </span>}
        {raised.length > 0 && <span>{t("news.raised", { names: names.format(raised), count: raised.length })}</span>}
      </p>
      <p role="status">
        {newest && !newest.isLocal && !chatIsOpen && (
          <span key={newest.id}>{t("news.message", { name: newest.name })}</span>
        )}
        {privateUnread.map(({ name, unread }) => (
          <span key={`${name} ${unread}`}>{t("news.privateMessage", { name })}</span>
        ))}
      </p>
      <p role="status">
        {spotlight !== null && (
          <span>
            {participants.some(({ participantId, isLocal }) => isLocal && participantId === spotlight)
              ? t("news.ownSpotlight")
              : t("news.spotlight", { name: nameOf(spotlight) })}
          </span>
        )}
      </p>
      <p role="status">
        {reactions.map(({ id, participantId, reaction }) => (
          <span key={id}>
            {t("news.reaction", { name: nameOf(participantId), reaction: t(`ui:reaction.${reaction}`) })}{" "}
          </span>
        ))}
      </p>
    </VisuallyHidden>
  );
}
