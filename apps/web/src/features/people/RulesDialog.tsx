import type { LockName, LockSettings } from "@sotto/protocol";
import { startTransition, useOptimistic } from "react";
import { useTranslation } from "react-i18next";
import { Dialog } from "../../ui/Dialog.tsx";
import { Switch } from "../../ui/Switch.tsx";
import type { HostActions } from "./HostActions.ts";
import { LockSwitches } from "./LockSwitches.tsx";
import styles from "./PeopleView.module.css";

interface RulesDialogProps {
  actions: HostActions;
  lockable: readonly LockName[];
  locks: LockSettings;
  waitingRoom: boolean;
  onClose: () => void;
}

/** What everybody but the hosts may do, and whether newcomers wait. Every change is in force at once. */
export function RulesDialog({ actions, lockable, locks, waitingRoom, onClose }: RulesDialogProps) {
  const { t } = useTranslation("people");
  const [shown, show] = useOptimistic(waitingRoom);
  const change = (active: boolean) =>
    startTransition(async () => {
      show(active);
      await actions.setWaitingRoom(active);
    });
  return (
    <Dialog title={t("rules.title")} isOpen onOpenChange={onClose}>
      <div className={styles.dialog}>
        <h3 className={styles.group}>{t("rules.everybody")}</h3>
        <LockSwitches
          label={t("rules.everybody")}
          lockable={lockable}
          locks={lockable.filter((lock) => locks[lock])}
          onLock={(lock, locked) => actions.lock(null, lock, locked)}
        />
        <h3 className={styles.group}>{t("rules.newcomers")}</h3>
        <Switch isSelected={shown} onChange={change}>
          {t("rules.waitingRoom")}
        </Switch>
      </div>
    </Dialog>
  );
}
