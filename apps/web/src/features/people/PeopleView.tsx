import { Mic, MicOff, ShieldAlert, VideoOff } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Role } from "@sotto/protocol";
import { Avatar } from "../../ui/Avatar.tsx";
import styles from "./PeopleView.module.css";

/** One line of the list. */
export interface Person {
  participantId: string;
  name: string;
  role: Role;
  isLocal: boolean;
  away: boolean;
  speaking: boolean;
  microphone: "on" | "muted" | "undecryptable";
  camera: boolean;
}

/** Everybody in the meeting. */
export function PeopleView({ people }: { people: readonly Person[] }) {
  const { t } = useTranslation("people");
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- reachable by keyboard, to scroll
    <ul className={styles.list} aria-label={t("list")} tabIndex={0}>
      {people.map((person) => (
        <PersonRow key={person.participantId} person={person} />
      ))}
    </ul>
  );
}

function PersonRow({ person }: { person: Person }) {
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
      {!person.camera && <VideoOff role="img" aria-label={t("cameraOff")} className={styles.off} />}
      <MicrophoneState person={person} />
    </li>
  );
}

function MicrophoneState({ person }: { person: Person }) {
  const { t } = useTranslation("people");
  if (person.microphone === "muted") return <MicOff role="img" aria-label={t("muted")} className={styles.off} />;
  if (person.microphone === "undecryptable") {
    return <ShieldAlert role="img" aria-label={t("undecryptable")} className={styles.alert} />;
  }
  const label = t(person.speaking ? "speaking" : "unmuted");
  return <Mic role="img" aria-label={label} className={person.speaking ? styles.speaking : styles.on} />;
}
