import { cx } from "./cx.ts";
import styles from "./Spinner.module.css";

export interface SpinnerProps {
  size?: "s" | "m" | "l";
  /** Read to screen readers; without it the spinner is decoration next to words that say the same. */
  label?: string;
}

/** The bars of the mark, breathing: something is under way and cannot say how far it is. */
export function Spinner({ size = "m", label }: SpinnerProps) {
  const naming = label === undefined ? { "aria-hidden": true } : { role: "status", "aria-label": label };
  return (
    <span {...naming} className={cx(styles.spinner, styles[size])}>
      <i />
      <i />
      <i />
    </span>
  );
}
