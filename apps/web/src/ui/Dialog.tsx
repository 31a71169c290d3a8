import { X } from "lucide-react";
import type { ReactNode } from "react";
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from "react-aria-components";
import { useTranslation } from "react-i18next";
import styles from "./Dialog.module.css";
import { IconButton } from "./IconButton.tsx";

export interface DialogProps {
  title: string;
  isOpen: boolean;
  /** Called with `false` on Escape, on the close button and, unless `role` is `alertdialog`, on a click outside. */
  onOpenChange: (isOpen: boolean) => void;
  /** `alertdialog` interrupts with a question: no close button, one of the `actions` must be taken (or Escape). */
  role?: "dialog" | "alertdialog";
  children: ReactNode;
  /** Buttons, the safe one first. */
  actions?: ReactNode;
}

/** A window over the page that keeps focus until it closes, and gives it back. */
export function Dialog({ title, isOpen, onOpenChange, role = "dialog", children, actions }: DialogProps) {
  const { t } = useTranslation("ui");
  return (
    <ModalOverlay
      isOpen={isOpen}
      onOpenChange={onOpenChange}
      isDismissable={role === "dialog"}
      className={styles.scrim ?? ""}
    >
      <Modal className={styles.modal ?? ""}>
        <AriaDialog role={role} className={styles.dialog ?? ""}>
          <header className={styles.header}>
            <Heading slot="title" className={styles.title ?? ""}>
              {title}
            </Heading>
            {role === "dialog" && (
              <IconButton label={t("close")} placement="left" onPress={() => onOpenChange(false)}>
                <X aria-hidden="true" />
              </IconButton>
            )}
          </header>
          <div className={styles.body}>{children}</div>
          {actions !== undefined && <footer className={styles.actions}>{actions}</footer>}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}
