import { ProgressBar } from "react-aria-components";
import styles from "./ProgressLine.module.css";

/** How far a transfer is, from 0 to 1. */
export function ProgressLine({ label, progress }: { label: string; progress: number }) {
  return (
    <ProgressBar className={styles.line ?? ""} aria-label={label} value={progress} minValue={0} maxValue={1}>
      <span className={styles.done} style={{ inlineSize: `${progress * 100}%` }} />
    </ProgressBar>
  );
}
