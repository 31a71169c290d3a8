import type { WaitingPerson } from "@sotto/client";
import type { LockName, RoomState } from "@sotto/protocol";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { HostActions } from "./HostActions.ts";
import { HostTools } from "./HostTools.tsx";
import type { Person } from "./Person.ts";
import { PersonLocksDialog } from "./PersonLocksDialog.tsx";
import { PersonRow } from "./PersonRow.tsx";
import { RemoveDialog } from "./RemoveDialog.tsx";
import { RulesDialog } from "./RulesDialog.tsx";
import { WaitingList } from "./WaitingList.tsx";
import styles from "./PeopleView.module.css";

/** What the list is for a host. */
export interface HostView {
  actions: HostActions;
  /** What can be locked in this meeting, in order. */
  lockable: readonly LockName[];
  room: Pick<RoomState, "locks" | "waitingRoom">;
  waiting: readonly WaitingPerson[];
}

export interface PeopleViewProps {
  people: readonly Person[];
  /** What is in the meeting and is no person; listed apart. */
  beside?: ReactNode;
  /** Opens the private conversation with a person; undefined where we may not write to anybody privately. */
  onMessage: ((participantId: string) => void) | undefined;
  /** Undefined for whoever is no host. */
  host: HostView | undefined;
}

type OpenDialog = { kind: "rules" } | { kind: "locks" | "remove"; participantId: string };

/** Everybody in the meeting, raised hands first, with what a host can do about them. */
export function PeopleView({ people, beside, onMessage, host }: PeopleViewProps) {
  const { t } = useTranslation("people");
  const [dialog, setDialog] = useState<OpenDialog | null>(null);
  const isOnlyHost = people.filter(({ role }) => role === "host").length < 2;
  return (
    <>
      {host && host.waiting.length > 0 && <WaitingList waiting={host.waiting} actions={host.actions} />}
      {host && (
        <HostTools
          actions={host.actions}
          hasHands={people.some(({ hand }) => hand !== null)}
          onRules={() => setDialog({ kind: "rules" })}
        />
      )}
      {beside}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- reachable by keyboard, to scroll */}
      <ul className={styles.list} aria-label={t("list")} tabIndex={0}>
        {people.toSorted(byHand).map((person) => (
          <PersonRow
            key={person.participantId}
            person={person}
            onMessage={onMessage && (() => onMessage(person.participantId))}
            host={
              host && {
                actions: host.actions,
                lockable: host.lockable,
                isOnlyHost,
                onLocks: () => setDialog({ kind: "locks", participantId: person.participantId }),
                onRemove: () => setDialog({ kind: "remove", participantId: person.participantId }),
              }
            }
          />
        ))}
      </ul>
      {host && dialog && <HostDialog {...host} people={people} dialog={dialog} onClose={() => setDialog(null)} />}
    </>
  );
}

interface HostDialogProps extends HostView {
  people: readonly Person[];
  dialog: OpenDialog;
  onClose: () => void;
}

/** Closes by itself when the person it is about has left. */
function HostDialog({ dialog, people, actions, lockable, room, onClose }: HostDialogProps) {
  if (dialog.kind === "rules") {
    return <RulesDialog {...room} actions={actions} lockable={lockable} onClose={onClose} />;
  }
  const person = people.find(({ participantId }) => participantId === dialog.participantId);
  if (!person) return null;
  if (dialog.kind === "locks") {
    return <PersonLocksDialog person={person} actions={actions} lockable={lockable} onClose={onClose} />;
  }
  return (
    <RemoveDialog
      name={person.name}
      onRemove={(options) => void actions.remove(person.participantId, options)}
      onClose={onClose}
    />
  );
}

function byHand(a: Person, b: Person): number {
  return (a.hand ?? Infinity) === (b.hand ?? Infinity) ? 0 : (a.hand ?? Infinity) - (b.hand ?? Infinity);
}
