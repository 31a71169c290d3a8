import type { ReceiptState } from "@sotto/client";
import { CircleCheck, CircleHelp, Download, FileClock, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../../ui/Button.tsx";
import { Spinner } from "../../ui/Spinner.tsx";
import { timeFormat } from "../../ui/timeFormat.ts";
import { ReceiptDetails } from "./ReceiptDetails.tsx";
import { ReceiptFigures } from "./ReceiptFigures.tsx";
import styles from "./ReceiptView.module.css";

export interface ReceiptViewProps {
  /** `elsewhere`: the receipt is, or will be, for those to fetch who run the server. */
  state: ReceiptState | { readonly status: "elsewhere" };
  onSave: (document: string, sessionId: string) => void;
}

/** What is left of a meeting, for its hosts: in one sentence, in a few figures, and whole. */
export function ReceiptView({ state, onSave }: ReceiptViewProps) {
  const { t, i18n } = useTranslation("receipt");
  const mood = state.status === "here" ? state.receipt.result : state.status;
  return (
    <section className={styles.receipt} data-mood={mood} aria-label={t("label")}>
      <div role="status" className={styles.verdict}>
        <span className={styles.icon} aria-hidden="true">
          {icons[mood]}
        </span>
        <div>
          <h2 className={styles.title}>{t(`${mood}.title`)}</h2>
          <p className={styles.words}>{words()}</p>
        </div>
      </div>
      {state.status === "here" && (
        <>
          <ReceiptFigures receipt={state.receipt} />
          <ReceiptDetails receipt={state.receipt} />
          <div className={styles.keep}>
            <Button icon={<Download />} onPress={() => onSave(state.document, state.receipt.meeting.sessionId)}>
              {t("save")}
            </Button>
            <p className={styles.hint}>{t("saveHint")}</p>
          </div>
        </>
      )}
    </section>
  );

  function words(): string {
    if (state.status !== "here") return t(`${state.status}.text`);
    const { parts, result } = state.receipt;
    if (result === "left") {
      const names = parts.filter((each) => each.result !== "gone").map(({ part }) => t(`part.${part}`));
      return t("left.text", { parts: new Intl.ListFormat(i18n.language).format(names) });
    }
    const last = parts.reduce((latest, { checkedAt }) => Math.max(latest, Date.parse(checkedAt)), 0);
    return t("gone.text", { time: timeFormat(i18n.language, { timeStyle: "medium" }).format(last) });
  }
}

type Mood = "checking" | "gone" | "left" | "unavailable" | "elsewhere";

const icons: Record<Mood, ReactNode> = {
  checking: <Spinner size="s" />,
  gone: <CircleCheck />,
  left: <TriangleAlert />,
  unavailable: <CircleHelp />,
  elsewhere: <FileClock />,
};
