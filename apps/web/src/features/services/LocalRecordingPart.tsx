import { useId } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../../ui/Button.tsx";
import styles from "./Services.module.css";

export interface LocalRecordingPartProps {
  status: "off" | "starting" | "on" | "saving";
  onStart: () => void;
  onStop: () => void;
}

/** A recording on the person's own device, of which the server gets nothing. */
export function LocalRecordingPart({ status, onStart, onStop }: LocalRecordingPartProps) {
  const { t } = useTranslation("services");
  const titleId = useId();
  const isOff = status === "off" || status === "starting";
  return (
    <section className={styles.part} aria-labelledby={titleId}>
      <div className={styles.head}>
        <h3 id={titleId}>{t("local.title")}</h3>
        <Button
          variant={isOff ? "secondary" : "danger"}
          isPending={status === "starting" || status === "saving"}
          onPress={isOff ? onStart : onStop}
        >
          {t(isOff ? "local.start" : "local.stop")}
        </Button>
      </div>
      <p>{t(status === "on" ? "local.on" : "local.explanation")}</p>
    </section>
  );
}
