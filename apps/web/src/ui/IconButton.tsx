import type { ReactNode } from "react";
import { Button as AriaButton, type ButtonProps as AriaButtonProps } from "react-aria-components";
import { cx } from "./cx.ts";
import styles from "./IconButton.module.css";
import { Tooltip } from "./Tooltip.tsx";

export interface IconButtonProps extends Omit<AriaButtonProps, "className" | "style" | "children" | "aria-label"> {
  /** Says what the button does; read by screen readers and shown as its tooltip. */
  label: string;
  /** `quiet` on a page, `solid` on a surface, `stage` over video, `off` for what is switched off, `danger` to leave. */
  tone?: "quiet" | "solid" | "stage" | "off" | "active" | "danger";
  size?: "m" | "l";
  /** Where the tooltip appears. */
  placement?: "top" | "bottom" | "left" | "right";
  /** A small count at the corner, such as unread messages; 0 shows nothing. The label must say it too. */
  badge?: number;
  /** Cannot be used now, and can still be reached: its label says why. Pressing it is the place to say so once more. */
  isLocked?: boolean;
  children: ReactNode;
}

/** A round button with an icon only. For a switch, pass `aria-pressed` and keep the label the same, or change the label. */
export function IconButton({
  label,
  tone = "quiet",
  size = "m",
  placement = "top",
  badge = 0,
  isLocked = false,
  children,
  ...props
}: IconButtonProps) {
  return (
    <Tooltip label={label} placement={placement}>
      <AriaButton
        {...props}
        {...(isLocked && { "aria-disabled": true })}
        aria-label={label}
        className={cx(styles.button, styles[tone], styles[size])}
      >
        {children}
        {/* Drawn by the style sheet: it is no part of what the button is called, which says it in words. */}
        {badge > 0 && <span className={styles.badge} aria-hidden="true" data-count={badge > 99 ? "99+" : badge} />}
      </AriaButton>
    </Tooltip>
  );
}
