import type { LockName } from "@sotto/protocol";
import { useTranslation } from "react-i18next";
import { Dialog } from "../../ui/Dialog.tsx";
import type { HostActions } from "./HostActions.ts";
import { LockSwitches } from "./LockSwitches.tsx";
import type { Person } from "./Person.ts";

interface PersonLocksDialogProps {
  person: Person;
  actions: HostActions;
  lockable: readonly LockName[];
  onClose: () => void;
}

/** What one person may do. Every change is in force at once. */
export function PersonLocksDialog({ person, actions, lockable, onClose }: PersonLocksDialogProps) {
  const { t } = useTranslation("people");
  const title = t("locks.ofPerson", { name: person.name });
  return (
    <Dialog title={title} isOpen onOpenChange={onClose}>
      <LockSwitches
        label={title}
        lockable={lockable}
        locks={person.locks}
        onLock={(lock, locked) => actions.lock(person.participantId, lock, locked)}
      />
    </Dialog>
  );
}
