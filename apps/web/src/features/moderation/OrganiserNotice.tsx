import type { Notice } from "@sotto/client";
import { Megaphone } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Banner } from "../../ui/Banner.tsx";
import { Button } from "../../ui/Button.tsx";
import styles from "./OrganiserNotice.module.css";

/** The text is shown as whoever set the meeting up wrote it, with its line breaks. */
interface OrganiserNoticeProps extends Pick<Notice, "level" | "text"> {
  onDismiss: () => void;
}

const tones = { info: "info", warning: "warning", error: "danger" } as const;

/** A word of whoever set the meeting up, under a heading that it cannot change: it is of nobody in the meeting. */
export function OrganiserNotice({ level, text, onDismiss }: OrganiserNoticeProps) {
  const { t } = useTranslation("moderation");
  const [isLong, setIsLong] = useState(false);
  const measure = (words: HTMLElement | null) => {
    if (words) setIsLong(words.scrollHeight > words.clientHeight);
  };
  return (
    <Banner
      live
      tone={tones[level]}
      icon={<Megaphone />}
      title={t("organiser.title")}
      action={
        <Button variant="quiet" onPress={onDismiss}>
          {t("organiser.dismiss")}
        </Button>
      }
    >
      {/* What does not fit is scrolled, with the keyboard too. */}
      <span
        ref={measure}
        className={styles.text}
        dir="auto"
        {...(isLong && { role: "region", tabIndex: 0, "aria-label": t("organiser.title") })}
      >
        {text}
      </span>
      <span className={styles.source}>{t("organiser.source")}</span>
    </Banner>
  );
}
