import type { WaitingPerson } from "@sotto/client";
import { MessageCircleMore, UserRoundCheck } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Avatar } from "../../ui/Avatar.tsx";
import { Button } from "../../ui/Button.tsx";
import { IconButton } from "../../ui/IconButton.tsx";
import type { HostActions } from "./HostActions.ts";
import styles from "./WaitingList.module.css";
import { WaitingMessageDialog } from "./WaitingMessageDialog.tsx";

interface WaitingListProps {
  /** Who came first in front. */
  waiting: readonly WaitingPerson[];
  actions: HostActions;
}

/** Who waits to be let in, and what a host can do about each and about all. */
export function WaitingList({ waiting, actions }: WaitingListProps) {
  const { t } = useTranslation("people");
  /** To whom a message is being written; `all` for everybody who waits. */
  const [writingTo, setWritingTo] = useState<WaitingPerson | "all" | null>(null);
  return (
    <section className={styles.waiting} aria-label={t("waiting.title")}>
      <h3 className={styles.title}>{t("waiting.count", { count: waiting.length })}</h3>
      <ul className={styles.list}>
        {waiting.map((person) => {
          const { participantId, name } = person;
          return (
            <li key={participantId} className={styles.person} data-participant={participantId}>
              <Avatar name={name} seed={participantId} size="s" />
              <span className={styles.name} dir="auto">
                {name}
              </span>
              <span className={styles.actions}>
                <Button
                  variant="primary"
                  aria-label={t("waiting.admitPerson", { name })}
                  onPress={() => void actions.admit(participantId)}
                >
                  {t("waiting.admit")}
                </Button>
                <Button
                  aria-label={t("waiting.refusePerson", { name })}
                  onPress={() => void actions.refuse(participantId)}
                >
                  {t("waiting.refuse")}
                </Button>
                <IconButton
                  label={t("waiting.message", { name })}
                  placement="left"
                  onPress={() => setWritingTo(person)}
                >
                  <MessageCircleMore aria-hidden="true" />
                </IconButton>
              </span>
            </li>
          );
        })}
      </ul>
      {waiting.length > 1 && (
        <div className={styles.all}>
          <Button icon={<UserRoundCheck aria-hidden="true" />} onPress={() => void actions.admit(null)}>
            {t("waiting.admitAll")}
          </Button>
          <IconButton label={t("waiting.messageAll")} placement="left" onPress={() => setWritingTo("all")}>
            <MessageCircleMore aria-hidden="true" />
          </IconButton>
        </div>
      )}
      {writingTo !== null && (
        <WaitingMessageDialog
          name={writingTo === "all" ? null : writingTo.name}
          onSend={(text) => void actions.messageWaiting(writingTo === "all" ? null : writingTo.participantId, text)}
          onClose={() => setWritingTo(null)}
        />
      )}
    </section>
  );
}
