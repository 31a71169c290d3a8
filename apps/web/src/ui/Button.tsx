import type { ReactNode } from "react";
import { Button as AriaButton, type ButtonProps as AriaButtonProps } from "react-aria-components";
import styles from "./Button.module.css";
import { cx } from "./cx.ts";
import { Spinner } from "./Spinner.tsx";

export interface ButtonProps extends Omit<AriaButtonProps, "className" | "style" | "children"> {
  /** `primary`: the one thing to do here. `secondary`: also fine. `quiet`: out of the way. `danger`: cannot be undone. */
  variant?: "primary" | "secondary" | "quiet" | "danger";
  size?: "m" | "l";
  /** Takes the whole width of its container. */
  wide?: boolean;
  icon?: ReactNode;
  children: ReactNode;
}

/** A button with words. While `isPending` it keeps its size and focus, and says so to screen readers. */
export function Button({ variant = "secondary", size = "m", wide = false, icon, children, ...props }: ButtonProps) {
  return (
    <AriaButton {...props} className={cx(styles.button, styles[variant], styles[size], wide && styles.wide)}>
      {({ isPending }) => (
        <>
          {isPending ? <Spinner size="s" /> : icon}
          <span className={styles.words}>{children}</span>
        </>
      )}
    </AriaButton>
  );
}
