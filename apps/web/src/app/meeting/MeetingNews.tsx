import type { ChatMessage, Participant } from "@sotto/client";
import { VisuallyHidden } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { useRosterNews } from "../../features/meeting/useRosterNews.ts";

interface MeetingNewsProps {
  participants: readonly Participant[];
  messages: readonly ChatMessage[];
  /** The open chat reads new messages itself. */
  chatIsOpen: boolean;
}

/** Tells screen readers who comes and goes, and who wrote while the chat is closed. */
export function MeetingNews({ participants, messages, chatIsOpen }: MeetingNewsProps) {
  const { t, i18n } = useTranslation("meeting");
  const { joined, left } = useRosterNews(participants);
  const newest = messages.at(-1);
  const names = new Intl.ListFormat(i18n.language);
  return (
    <VisuallyHidden>
      <p role="status">
        {joined.length > 0 && <span>{t("news.joined", { names: names.format(joined) })} </span>}
        {left.length > 0 && <span>{t("news.left", { names: names.format(left) })}</span>}
      </p>
      <p role="status">
        {newest && !newest.isLocal && !chatIsOpen && (
          <span key={newest.id}>{t("news.message", { name: newest.name })}</span>
        )}
      </p>
    </VisuallyHidden>
  );
}
