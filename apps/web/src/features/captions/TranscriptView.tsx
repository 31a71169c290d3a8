import { FileText } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import styles from "./TranscriptView.module.css";

export interface TranscriptViewProps {
  /** `failed`: it could not be discarded and is still there. */
  state: "kept" | "discarding" | "discarded" | "failed";
  onDiscard: () => void;
}

/** For hosts, when a meeting that was transcribed is over: that a transcript is on the server, and a way to have it gone. */
export function TranscriptView({ state, onDiscard }: TranscriptViewProps) {
  const { t } = useTranslation("captions");
  const [asking, setAsking] = useState(false);
  const isGone = state === "discarded";
  return (
    <section className={styles.transcript} aria-label={t("transcript.label")}>
      <div role="status" className={styles.verdict}>
        <FileText aria-hidden="true" />
        <div>
          <h2 className={styles.title}>{t(isGone ? "transcript.gone" : "transcript.kept")}</h2>
          <p>{t(isGone ? "transcript.goneText" : "transcript.keptText")}</p>
          {state === "failed" && <p className={styles.failed}>{t("transcript.failed")}</p>}
        </div>
      </div>
      {!isGone && (
        <div>
          <Button isPending={state === "discarding"} onPress={() => setAsking(true)}>
            {t("transcript.discard")}
          </Button>
        </div>
      )}
      <Dialog
        role="alertdialog"
        title={t("transcript.question")}
        isOpen={asking}
        onOpenChange={setAsking}
        actions={
          <>
            <Button onPress={() => setAsking(false)}>{t("transcript.keep")}</Button>
            <Button
              variant="danger"
              onPress={() => {
                setAsking(false);
                onDiscard();
              }}
            >
              {t("transcript.discard")}
            </Button>
          </>
        }
      >
        <p>{t("transcript.questionText")}</p>
      </Dialog>
    </section>
  );
}
