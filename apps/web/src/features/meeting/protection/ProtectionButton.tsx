import { ShieldAlert, ShieldCheck, ShieldOff } from "lucide-react";
import { useRef, useState } from "react";
import { Button, Dialog, Popover } from "react-aria-components";
import { useTranslation } from "react-i18next";
import styles from "./ProtectionButton.module.css";
import { ProtectionPanel, type ProtectionPanelProps } from "./ProtectionPanel.tsx";

/** Says at a glance how the meeting is protected, and opens who can read what. */
export function ProtectionButton(props: ProtectionPanelProps) {
  const { model, trust } = props;
  const { t } = useTranslation("meeting");
  const ref = useRef<HTMLButtonElement>(null);
  const [isOpen, setIsOpen] = useState(false);
  const isDoubted = trust !== null && trust.media.doubts.length > 0;
  const says = isDoubted ? "doubt" : model;
  const Icon = model === "none" ? ShieldOff : isDoubted ? ShieldAlert : ShieldCheck;
  return (
    <>
      <Button
        ref={ref}
        className={styles.button ?? ""}
        data-model={model}
        data-doubt={isDoubted || undefined}
        aria-haspopup="dialog"
        aria-expanded={isOpen}
        onPress={() => setIsOpen(!isOpen)}
      >
        <Icon aria-hidden="true" />
        <span className={styles.words}>{t(`protection.short.${says}`)}</span>
        <span className={styles.brief} aria-hidden="true">
          {t(`protection.brief.${says}`)}
        </span>
      </Button>
      <Popover
        triggerRef={ref}
        isOpen={isOpen}
        onOpenChange={setIsOpen}
        className={styles.popover ?? ""}
        placement="top start"
        offset={10}
      >
        <Dialog className={styles.dialog ?? ""}>
          {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- reachable by keyboard, to scroll */}
          <div className={styles.scroll} role="group" aria-label={t(`protection.${model}.title`)} tabIndex={0}>
            <ProtectionPanel {...props} />
          </div>
        </Dialog>
      </Popover>
    </>
  );
}
