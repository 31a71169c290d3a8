import { MessageCircleMore, Mic, MicOff, ShieldAlert, VideoOff } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Role } from "@sotto/protocol";
import { Avatar } from "../../ui/Avatar.tsx";
import { IconButton } from "../../ui/IconButton.tsx";
import styles from "./PeopleView.module.css";

/** One line of the list. */
export interface Person {
  participantId: string;
  name: string;
  role: Role;
  isLocal: boolean;
  away: boolean;
  speaking: boolean;
  microphone: "on" | "muted" | "undecryptable" | "unencrypted";
  camera: boolean;
  /** Private messages of theirs that were not read yet. */
  unread: number;
}

export interface PeopleViewProps {
  people: readonly Person[];
  /** Opens the private conversation with a person; undefined where we may not write to anybody privately. */
  onMessage: ((participantId: string) => void) | undefined;
}

/** Everybody in the meeting. */
export function PeopleView({ people, onMessage }: PeopleViewProps) {
  const { t } = useTranslation("people");
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- reachable by keyboard, to scroll
    <ul className={styles.list} aria-label={t("list")} tabIndex={0}>
      {people.map((person) => (
        <PersonRow key={person.participantId} person={person} onMessage={onMessage} />
      ))}
    </ul>
  );
}

function PersonRow({ person, onMessage }: { person: Person; onMessage: PeopleViewProps["onMessage"] }) {
  const { t } = useTranslation("people");
  const notes = [person.isLocal && t("you"), person.role === "host" && t("host"), person.away && t("away")].filter(
    (note) => note !== false,
  );
  return (
    <li className={styles.person} data-away={person.away || undefined} data-participant={person.participantId}>
      <Avatar name={person.name} seed={person.participantId} />
      <span className={styles.words}>
        <span className={styles.name} dir="auto">
          {person.name}
        </span>
        {notes.length > 0 && <span className={styles.notes}>{notes.join(" · ")}</span>}
      </span>
      {onMessage && !person.isLocal && (
        <IconButton
          label={t(person.unread > 0 ? "unread" : "messagePrivately", { name: person.name, count: person.unread })}
          placement="left"
          badge={person.unread}
          onPress={() => onMessage(person.participantId)}
        >
          <MessageCircleMore aria-hidden="true" />
        </IconButton>
      )}
      {!person.camera && <VideoOff role="img" aria-label={t("cameraOff")} className={styles.off} />}
      <MicrophoneState person={person} />
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
