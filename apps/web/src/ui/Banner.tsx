import type { ReactNode } from "react";
import styles from "./Banner.module.css";
import { cx } from "./cx.ts";

export interface BannerProps {
  tone?: "info" | "protected" | "warning" | "danger";
  icon?: ReactNode;
  title?: ReactNode;
  children: ReactNode;
  /** What the person may decide about it, under the words. */
  choice?: ReactNode;
  /** One or two Buttons at the end, the way on last. */
  action?: ReactNode;
  /** Announced when it appears; for what happens while the person looks on. */
  live?: boolean;
}

/** A sentence that stays on the page. */
export function Banner({ tone = "info", icon, title, children, choice, action, live = false }: BannerProps) {
  return (
    <div className={cx(styles.banner, styles[tone])} role={live ? "status" : undefined}>
      {icon !== undefined && (
        <span className={styles.icon} aria-hidden="true">
          {icon}
        </span>
      )}
      <div className={styles.words}>
        {title !== undefined && <strong>{title}</strong>}
        <span>{children}</span>
        {choice !== undefined && <div className={styles.choice}>{choice}</div>}
      </div>
      {action !== undefined && <div className={styles.actions}>{action}</div>}
    </div>
  );
}
