import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../../ui/Button.tsx";
import styles from "./SettingsDialog.module.css";

export interface StatisticsSettingsProps {
  isIncluded: boolean;
  /** Resolves when the person is out of them, or was told that this failed. */
  onLeave: () => Promise<void>;
}

/** Whether the meeting's statistics are about the person, and the way out of them. */
export function StatisticsSettings({ isIncluded, onLeave }: StatisticsSettingsProps) {
  const { t } = useTranslation("controls");
  const [isLeaving, setIsLeaving] = useState(false);
  const words = useRef<HTMLParagraphElement>(null);
  const leave = async () => {
    setIsLeaving(true);
    await onLeave();
    setIsLeaving(false);
    words.current?.focus();
  };
  return (
    <div className={styles.statistics}>
      {/* The button goes, and the focus stays here. */}
      <p ref={words} tabIndex={-1} role="status" className={styles.words}>
        {t(isIncluded ? "settings.statistics.included" : "settings.statistics.notIncluded")}
      </p>
      {isIncluded && (
        <>
          <p className={styles.words}>{t("settings.statistics.leaving")}</p>
          <Button isPending={isLeaving} onPress={() => void leave()}>
            {t("settings.statistics.leave")}
          </Button>
        </>
      )}
    </div>
  );
}
