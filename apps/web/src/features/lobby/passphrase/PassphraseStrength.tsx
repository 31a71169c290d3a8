import { useTranslation } from "react-i18next";
import styles from "./Passphrase.module.css";
import { passphraseBits, strongFromBits, weakBelowBits } from "./passphraseBits.ts";

const grades = ["weak", "fair", "strong"] as const;

/** How hard a passphrase is to guess, as far as a page can tell. */
export function PassphraseStrength({ passphrase }: { passphrase: string }) {
  const { t } = useTranslation("lobby");
  const bits = passphraseBits(passphrase);
  const filled = 1 + Number(bits >= weakBelowBits) + Number(bits >= strongFromBits);
  const grade = grades[filled - 1] ?? "weak";
  return (
    <div className={styles.strength} role="status">
      <span className={styles.scale} data-grade={grade} aria-hidden="true">
        {grades.map((each, index) => (
          <i key={each} data-filled={index < filled || undefined} />
        ))}
      </span>
      {t(`passphrase.strength.${grade}`)}
    </div>
  );
}
