import type { ReactElement } from "react";
import { Tooltip as AriaTooltip, TooltipTrigger } from "react-aria-components";
import styles from "./Tooltip.module.css";

export interface TooltipProps {
  label: string;
  placement?: "top" | "bottom" | "left" | "right";
  /** A focusable element: a Button or IconButton. */
  children: ReactElement;
}

/** Words that appear on hover and keyboard focus. Never the only place where something is said. */
export function Tooltip({ label, placement = "top", children }: TooltipProps) {
  return (
    <TooltipTrigger delay={500} closeDelay={80}>
      {children}
      <AriaTooltip placement={placement} offset={8} className={styles.tooltip ?? ""}>
        {label}
      </AriaTooltip>
    </TooltipTrigger>
  );
}
