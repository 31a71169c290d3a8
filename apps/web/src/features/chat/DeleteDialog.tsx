import { useTranslation } from "react-i18next";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";

interface DeleteDialogProps {
  isOpen: boolean;
  encrypted: boolean;
  onCancel: () => void;
  onConfirm: () => void;
}

/** Taking a message back: what that does, and what it cannot. */
export function DeleteDialog({ isOpen, encrypted, onCancel, onConfirm }: DeleteDialogProps) {
  const { t } = useTranslation("chat");
  return (
    <Dialog
      role="alertdialog"
      title={t("delete.title")}
      isOpen={isOpen}
      onOpenChange={(open) => {
        if (!open) onCancel();
      }}
      actions={
        <>
          <Button onPress={onCancel}>{t("delete.cancel")}</Button>
          <Button variant="danger" onPress={onConfirm}>
            {t("delete.confirm")}
          </Button>
        </>
      }
    >
      <p>{t(encrypted ? "delete.encrypted" : "delete.plain")}</p>
    </Dialog>
  );
}
