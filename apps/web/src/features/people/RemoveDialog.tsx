import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { Switch } from "../../ui/Switch.tsx";
import styles from "./PeopleView.module.css";

interface RemoveDialogProps {
  name: string;
  onRemove: (options: { ban: boolean }) => void;
  onClose: () => void;
}

/** Asks before somebody is put out of the meeting, and whether they may come back. */
export function RemoveDialog({ name, onRemove, onClose }: RemoveDialogProps) {
  const { t } = useTranslation("people");
  const [ban, setBan] = useState(false);
  return (
    <Dialog
      role="alertdialog"
      title={t("remove.title", { name })}
      isOpen
      onOpenChange={onClose}
      actions={
        <>
          <Button onPress={onClose}>{t("remove.cancel")}</Button>
          <Button
            variant="danger"
            onPress={() => {
              onRemove({ ban });
              onClose();
            }}
          >
            {t("remove.confirm")}
          </Button>
        </>
      }
    >
      <div className={styles.dialog}>
        <p>{t("remove.explanation")}</p>
        <Switch isSelected={ban} onChange={setBan}>
          {t("remove.ban")}
        </Switch>
        <p className={styles.hint}>{t("remove.banExplanation")}</p>
      </div>
    </Dialog>
  );
}
