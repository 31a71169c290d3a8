import { ProgressBar as AriaProgressBar } from "react-aria-components";
import styles from "./ProgressBar.module.css";

export interface ProgressBarProps {
  label: string;
  /** 0 to 100. */
  value: number;
}

/** How far something is, with its words above the bar. */
export function ProgressBar({ label, value }: ProgressBarProps) {
  return (
    <AriaProgressBar value={value} aria-label={label} className={styles.progress ?? ""}>
      <span className={styles.label}>{label}</span>
      <svg className={styles.track} viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
        <rect className={styles.bar} width={value} height="4" />
      </svg>
    </AriaProgressBar>
  );
}
