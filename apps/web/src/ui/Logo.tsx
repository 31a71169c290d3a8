import { cx } from "./cx.ts";
import styles from "./Logo.module.css";

export interface LogoProps {
  /** `mark`: the sign alone; `full`: with the name. */
  variant?: "mark" | "full";
  size?: "m" | "l";
}

/** The mark: a voice that gets quieter, down to a dot, inside a speech bubble. */
export function Logo({ variant = "full", size = "m" }: LogoProps) {
  return (
    <span className={cx(styles.logo, styles[size])}>
      <svg
        viewBox="0 0 40 40"
        role={variant === "mark" ? "img" : undefined}
        aria-label={variant === "mark" ? "Sotto" : undefined}
        aria-hidden={variant === "full"}
      >
        <path
          className={styles.bubble}
          d="M14 0h12a14 14 0 0 1 14 14v12a14 14 0 0 1-14 14H4a4 4 0 0 1-4-4V14A14 14 0 0 1 14 0Z"
        />
        <rect className={styles.bar} x="8.5" y="9.5" width="4" height="21" rx="2" />
        <rect className={styles.bar} x="15.5" y="13" width="4" height="14" rx="2" />
        <rect className={styles.bar} x="22.5" y="16.25" width="4" height="7.5" rx="2" />
        <circle className={styles.dot} cx="31.5" cy="20" r="2.25" />
      </svg>
      {variant === "full" && <span className={styles.name}>Sotto</span>}
    </span>
  );
}
