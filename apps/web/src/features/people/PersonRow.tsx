import { Hand, MessageCircleMore, Mic, MicOff, MonitorUp, ShieldAlert, VideoOff } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Avatar } from "../../ui/Avatar.tsx";
import { IconButton } from "../../ui/IconButton.tsx";
import styles from "./PeopleView.module.css";
import type { Person } from "./Person.ts";
import { PersonMenu, type PersonMenuProps } from "./PersonMenu.tsx";

interface PersonRowProps {
  person: Person;
  onMessage: (() => void) | undefined;
  /** Undefined for whoever is no host. */
  host: Omit<PersonMenuProps, "person" | "onMessage"> | undefined;
}

/** One person in the list. Hosts have everything they can do in a menu; others a button to write. */
export function PersonRow({ person, onMessage, host }: PersonRowProps) {
  const { t } = useTranslation("people");
  const notes = [
    person.isLocal && t("you"),
    person.role === "host" && t("host"),
    person.inSpotlight && t("spotlight"),
    person.away && t("away"),
  ].filter((note) => note !== false);
  return (
    <li className={styles.person} data-away={person.away || undefined} data-participant={person.participantId}>
      <Avatar name={person.name} seed={person.participantId} />
      <span className={styles.words}>
        <span className={styles.name} dir="auto">
          {person.name}
        </span>
        {notes.length > 0 && <span className={styles.notes}>{notes.join(" · ")}</span>}
      </span>
      {person.hand !== null && (
        <span className={styles.hand}>
          <Hand role="img" aria-label={t("hand")} />
          {person.hand}
        </span>
      )}
      {onMessage && !host && !person.isLocal && (
        <IconButton
          label={t(person.unread > 0 ? "unread" : "messagePrivately", { name: person.name, count: person.unread })}
          placement="left"
          badge={person.unread}
          onPress={onMessage}
        >
          <MessageCircleMore aria-hidden="true" />
        </IconButton>
      )}
      {person.sharing && <MonitorUp role="img" aria-label={t("sharing")} className={styles.on} />}
      {!person.camera && <VideoOff role="img" aria-label={t("cameraOff")} className={styles.off} />}
      <MicrophoneState person={person} />
      {host && <PersonMenu {...host} person={person} onMessage={onMessage} />}
    </li>
  );
}

function MicrophoneState({ person }: { person: Person }) {
  const { t } = useTranslation("people");
  if (person.microphone === "muted") return <MicOff role="img" aria-label={t("muted")} className={styles.off} />;
  if (person.microphone === "undecryptable" || person.microphone === "unencrypted") {
    return <ShieldAlert role="img" aria-label={t(person.microphone)} className={styles.alert} />;
  }
  const label = t(person.speaking ? "speaking" : "unmuted");
  return <Mic role="img" aria-label={label} className={person.speaking ? styles.speaking : styles.on} />;
}
