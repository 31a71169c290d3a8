import type { ServiceQuestion } from "@sotto/client";
import { useTranslation } from "react-i18next";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import styles from "./Services.module.css";

interface ConsentDialogProps {
  question: Pick<ServiceQuestion, "service" | "startedBy">;
  onAnswer: (agreed: boolean) => void;
  onLeave: () => void;
}

/**
 * Asks a person whether they may be recorded or transcribed. Nothing of theirs is before they agree, so that to close it
 * means no.
 */
export function ConsentDialog({ question, onAnswer, onLeave }: ConsentDialogProps) {
  const { t } = useTranslation("services");
  const { service, startedBy } = question;
  return (
    <Dialog
      role="alertdialog"
      title={t(`consent.${service}.title`)}
      isOpen
      onOpenChange={() => onAnswer(false)}
      actions={
        <>
          <Button variant="quiet" onPress={onLeave}>
            {t("consent.leave")}
          </Button>
          <Button onPress={() => onAnswer(false)}>{t(`consent.${service}.refuse`)}</Button>
          <Button variant="primary" onPress={() => onAnswer(true)}>
            {t("consent.agree")}
          </Button>
        </>
      }
    >
      <div className={styles.words}>
        <p>
          {startedBy === null
            ? t(`consent.${service}.automatic`)
            : t(`consent.${service}.startedBy`, { name: startedBy })}
        </p>
        <p>{t(`consent.${service}.explanation`)}</p>
      </div>
    </Dialog>
  );
}
