import { X } from "lucide-react";
import { useEffect, useId, useRef, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { IconButton } from "../../ui/IconButton.tsx";
import styles from "./MeetingPanel.module.css";

interface MeetingPanelProps {
  title: string;
  onClose: () => void;
  /** On a phone the keyboard would cover the messages before they were read. */
  mayOpenKeyboard: boolean;
  children: ReactNode;
}

/** A panel takes the focus when it opens, gives it back when it closes, and closes on Escape. */
export function MeetingPanel({ title, onClose, mayOpenKeyboard, children }: MeetingPanelProps) {
  const { t } = useTranslation("meeting");
  const titleId = useId();
  const ref = useRef<HTMLElement>(null);
  const [openedFrom] = useState(() => document.activeElement);
  const [focusFirst] = useState(mayOpenKeyboard ? "[data-autofocus], [data-panel-title]" : "[data-panel-title]");

  useEffect(() => {
    const panel = ref.current;
    const targets = [...(panel?.querySelectorAll<HTMLElement>(focusFirst) ?? [])];
    (targets.find((target) => target.hasAttribute("data-autofocus")) ?? targets[0])?.focus();
    return () => {
      // Only if the focus went with the panel: whoever is elsewhere already stays there.
      const lost = document.activeElement === document.body || panel?.contains(document.activeElement);
      if (lost && openedFrom instanceof HTMLElement) openedFrom.focus();
    };
  }, [focusFirst, openedFrom]);

  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- Escape works wherever the focus is inside
    <aside
      ref={ref}
      className={styles.panel}
      aria-labelledby={titleId}
      onKeyDown={(event) => {
        if (event.key === "Escape" && !event.defaultPrevented) onClose();
      }}
    >
      <header className={styles.header}>
        <h2 id={titleId} className={styles.title} tabIndex={-1} data-panel-title>
          {title}
        </h2>
        <IconButton label={t("panel.close")} placement="left" onPress={onClose}>
          <X aria-hidden="true" />
        </IconButton>
      </header>
      <div className={styles.content}>{children}</div>
    </aside>
  );
}
