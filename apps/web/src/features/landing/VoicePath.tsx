import { useTranslation } from "react-i18next";
import { cx } from "../../ui/cx.ts";
import styles from "./VoicePath.module.css";

/** Heights of the bars of a spoken sentence, out of 64. */
const voice = [6, 14, 26, 44, 58, 38, 22, 50, 62, 46, 28, 12, 20, 40, 54, 34, 16, 8];
/** Brightness of the dots that stand for ciphertext: a fixed pattern (linear congruential) in which no eye finds a voice. */
const cipherDots = Array.from(
  { length: 18 * 5 },
  (_, index) => Math.floor(((index * 7919 + 104_729) ** 2 % 233_280) / 97) % 5,
);

/** One picture of the whole idea: a voice, what the relay gets to see of it, and the voice again. */
export function VoicePath() {
  const { t } = useTranslation("landing");
  return (
    <figure className={styles.path}>
      <ol className={styles.steps}>
        <li className={styles.step}>
          <Voice />
          <p className={styles.caption}>{t("path.you")}</p>
        </li>
        <li className={cx(styles.step, styles.relay)}>
          <Cipher />
          <p className={styles.caption}>{t("path.relay")}</p>
        </li>
        <li className={styles.step}>
          <Voice />
          <p className={styles.caption}>{t("path.them")}</p>
        </li>
      </ol>
    </figure>
  );
}

function Voice() {
  return (
    <svg className={styles.voice} viewBox="0 0 216 72" aria-hidden="true">
      {voice.map((height, index) => (
        // The bars never change places.
        // oxlint-disable-next-line react/no-array-index-key
        <rect key={index} x={index * 12 + 2} y={36 - height / 2} width="6" height={height} rx="3" />
      ))}
    </svg>
  );
}

function Cipher() {
  return (
    <svg className={styles.cipher} viewBox="0 0 216 72" aria-hidden="true">
      {cipherDots.map((level, index) => (
        <circle
          // oxlint-disable-next-line react/no-array-index-key
          key={index}
          className={styles[`level${level}`]}
          cx={(index % 18) * 12 + 5}
          cy={Math.floor(index / 18) * 14 + 8}
          r="2.6"
        />
      ))}
    </svg>
  );
}
