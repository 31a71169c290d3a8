import { KeyRound } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../../../ui/Button.tsx";
import { Dialog } from "../../../ui/Dialog.tsx";

/** For hosts: everybody out, and in again with a new passphrase. Asked again, because it interrupts the meeting. */
export function NewPassphrase({ onRestart }: { onRestart: () => void }) {
  const { t } = useTranslation("meeting");
  const [asking, setAsking] = useState(false);
  return (
    <>
      <Button icon={<KeyRound />} onPress={() => setAsking(true)}>
        {t("protection.restart.action")}
      </Button>
      <Dialog
        role="alertdialog"
        title={t("protection.restart.title")}
        isOpen={asking}
        onOpenChange={setAsking}
        actions={
          <>
            <Button onPress={() => setAsking(false)}>{t("protection.restart.cancel")}</Button>
            <Button
              variant="danger"
              onPress={() => {
                setAsking(false);
                onRestart();
              }}
            >
              {t("protection.restart.confirm")}
            </Button>
          </>
        }
      >
        {t("protection.restart.explanation")}
      </Dialog>
    </>
  );
}
