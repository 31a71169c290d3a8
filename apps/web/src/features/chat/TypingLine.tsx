import { useTranslation } from "react-i18next";
import styles from "./TypingLine.module.css";

/** Who is writing now. Its place is kept, so that nothing moves; not announced, it would only interrupt. */
export function TypingLine({ names }: { names: readonly string[] }) {
  const { t, i18n } = useTranslation("chat");
  const list = new Intl.ListFormat(i18n.language);
  return (
    <p className={styles.typing} data-typing={names.length > 0 || undefined}>
      {names.length > 3
        ? t("typingMany")
        : names.length > 0 && t("typing", { count: names.length, names: list.format(names) })}
    </p>
  );
}
