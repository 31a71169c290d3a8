import { useTranslation } from "react-i18next";
import { isSameDay } from "./groupMessages.ts";
import styles from "./DayLine.module.css";

const dayMs = 24 * 60 * 60_000;

/** The day on which what follows was written, as people call it. */
export function DayLine({ at, now }: { at: number; now: number }) {
  const { t, i18n } = useTranslation("chat");
  const date = new Intl.DateTimeFormat(i18n.language, { dateStyle: "full" }).format(at);
  const words = isSameDay(at, now) ? t("day.today") : isSameDay(at, now - dayMs) ? t("day.yesterday") : date;
  return (
    <p className={styles.day}>
      <time dateTime={new Date(at).toISOString().slice(0, 10)}>{words}</time>
    </p>
  );
}
