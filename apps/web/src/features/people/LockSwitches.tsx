import type { LockName } from "@sotto/protocol";
import { startTransition, useOptimistic } from "react";
import { useTranslation } from "react-i18next";
import { Switch } from "../../ui/Switch.tsx";
import styles from "./PeopleView.module.css";

interface LockSwitchesProps {
  /** Names the group for screen readers. */
  label: string;
  /** What can be locked in this meeting, in order. */
  lockable: readonly LockName[];
  locks: readonly LockName[];
  /** Resolves when it is in force, or did not work. */
  onLock: (lock: LockName, locked: boolean) => Promise<void>;
}

/** Mean nothing while the chat as a whole is locked. */
const withinChat: readonly LockName[] = ["lock_chat_send_message", "lock_private_chat", "lock_chat_file_share"];

/** One switch for each thing people may do: on is allowed. Shows at once what is wanted, and then what is. */
export function LockSwitches({ label, lockable, locks, onLock }: LockSwitchesProps) {
  const { t } = useTranslation("people");
  const [shown, show] = useOptimistic(locks, (now: readonly LockName[], [lock, locked]: [LockName, boolean]) => {
    const others = now.filter((each) => each !== lock);
    return locked ? [...others, lock] : others;
  });
  const change = (lock: LockName, locked: boolean) =>
    startTransition(async () => {
      show([lock, locked]);
      await onLock(lock, locked);
    });
  return (
    <div role="group" aria-label={label} className={styles.switches}>
      {lockable.map((lock) => (
        <div key={lock} data-within={withinChat.includes(lock) || undefined}>
          <Switch
            isSelected={!shown.includes(lock)}
            isDisabled={withinChat.includes(lock) && shown.includes("lock_chat")}
            onChange={(allowed) => change(lock, !allowed)}
          >
            {t(`may.${lock}`)}
          </Switch>
        </div>
      ))}
    </div>
  );
}
