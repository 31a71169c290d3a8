import { Eraser, KeyRound, Lock } from "lucide-react";
import { useTranslation } from "react-i18next";
import styles from "./PlainWords.module.css";

const points = [
  { id: "encrypted", icon: <Lock /> },
  { id: "key", icon: <KeyRound /> },
  { id: "gone", icon: <Eraser /> },
] as const;

/** Who can listen in, said so that nobody is promised more than is true. */
export function PlainWords() {
  const { t } = useTranslation("landing");
  return (
    <section className={styles.words}>
      <h2 className={styles.title}>{t("plain.title")}</h2>
      <ul className={styles.points}>
        {points.map(({ id, icon }) => (
          <li key={id} className={styles.point}>
            <span className={styles.icon} aria-hidden="true">
              {icon}
            </span>
            <h3>{t(`plain.${id}.title`)}</h3>
            <p>{t(`plain.${id}.text`)}</p>
          </li>
        ))}
      </ul>
      <p className={styles.limits}>
        <strong>{t("plain.limits.title")}</strong> {t("plain.limits.text")}
      </p>
    </section>
  );
}
