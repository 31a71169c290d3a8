import type { WaitingMessage, WaitingStatus } from "@sotto/client";
import { useTranslation } from "react-i18next";
import { Button } from "../../../ui/Button.tsx";
import { Spinner } from "../../../ui/Spinner.tsx";
import styles from "./WaitingView.module.css";

export interface WaitingViewProps {
  /** Under which hosts see the person. */
  name: string;
  status: WaitingStatus;
  /** What the room says to everybody who waits, or empty. */
  welcome: string;
  messages: readonly WaitingMessage[];
  onLeave: () => void;
}

/** What a person knows while they wait to be let in, and what happens next. */
export function WaitingView({ name, status, welcome, messages, onLeave }: WaitingViewProps) {
  const { t } = useTranslation("lobby");
  return (
    <section className={styles.waiting} aria-labelledby="waiting-title">
      <header className={styles.heading}>
        <span className={styles.mark}>
          <Spinner />
        </span>
        <h2 id="waiting-title" ref={focus} tabIndex={-1} className={styles.title}>
          {t("waiting.title")}
        </h2>
      </header>
      <p role="status" className={styles.status}>
        {t(`waiting.status.${status}`, { name })}
      </p>
      {welcome !== "" && (
        <p className={styles.welcome} dir="auto">
          {welcome}
        </p>
      )}
      {messages.length > 0 && (
        <>
          <div role="log" aria-label={t("waiting.messages")}>
            <ul className={styles.messages}>
              {messages.map(({ id, from, text }) => (
                <li key={id}>
                  <strong dir="auto">{from}</strong>
                  <span dir="auto">{text}</span>
                </li>
              ))}
            </ul>
          </div>
          <p className={styles.note}>{t("waiting.inClear")}</p>
        </>
      )}
      <Button size="l" wide onPress={onLeave}>
        {t("waiting.leave")}
      </Button>
    </section>
  );
}

function focus(heading: HTMLHeadingElement | null): void {
  heading?.focus();
}
