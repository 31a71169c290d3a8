import type { MeetingTrack } from "@sotto/client";
import { Lock, ShieldAlert, ShieldOff } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Spinner } from "../../../ui/Spinner.tsx";
import styles from "./TileCover.module.css";

interface TileCoverProps {
  /** Whose picture it is. */
  name: string;
  status: Exclude<MeetingTrack["status"], "live">;
  encrypted: boolean;
}

/** Hides a picture of which no frame was authenticated (yet), and says why. */
export function TileCover({ name, status, encrypted }: TileCoverProps) {
  const { t } = useTranslation("meeting");
  if (status === "waiting") {
    return (
      <div className={styles.cover}>
        {encrypted ? <Lock aria-hidden="true" className={styles.securing} /> : <Spinner />}
        <p className={styles.title}>{t(encrypted ? "cover.securing" : "cover.loading")}</p>
      </div>
    );
  }
  const Icon = status === "undecryptable" ? ShieldAlert : ShieldOff;
  return (
    <div className={styles.cover}>
      <Icon aria-hidden="true" className={styles.alert} />
      <p className={styles.title}>{t(`cover.${status}`)}</p>
      <p className={styles.reason}>{t(`cover.${status}Reason`, { name })}</p>
    </div>
  );
}
