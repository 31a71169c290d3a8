import type { ReactNode } from "react";
import styles from "./Notice.module.css";

export interface NoticeProps {
  icon: ReactNode;
  /** A short line over the title, such as what it is about; nothing when empty. */
  eyebrow?: string;
  title: string;
  /** One or two sentences. */
  children: ReactNode;
  /** Buttons, the best way on first. */
  actions: ReactNode;
}

/** A view that says one thing. Its heading takes the focus, so that screen readers begin there. */
export function Notice({ icon, eyebrow = "", title, children, actions }: NoticeProps) {
  return (
    <section className={styles.notice}>
      <span className={styles.icon} aria-hidden="true">
        {icon}
      </span>
      {eyebrow !== "" && <p className={styles.eyebrow}>{eyebrow}</p>}
      <h1 key={title} ref={focus} tabIndex={-1} className={styles.title}>
        {title}
      </h1>
      <div className={styles.words}>{children}</div>
      <div className={styles.actions}>{actions}</div>
    </section>
  );
}

function focus(heading: HTMLHeadingElement | null): void {
  heading?.focus();
}
