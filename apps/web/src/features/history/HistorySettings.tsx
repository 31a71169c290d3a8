import type { HistoryState, Retention } from "@sotto/client";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { RadioGroup } from "../../ui/RadioGroup.tsx";
import styles from "./HistorySettings.module.css";
import { PinSettings, type PinSettingsProps } from "./PinSettings.tsx";

export interface HistorySettingsProps extends Omit<PinSettingsProps, "protection"> {
  state: HistoryState;
  retention: Retention;
  onChooseRetention: (retention: Retention) => void;
  /** Undefined outside of a meeting. */
  onForgetMeeting: (() => void) | undefined;
  onForgetEverything: () => void;
}

const retentions = ["nothing", "meeting", "7days", "30days"] as const satisfies readonly Retention[];

/** How long this browser keeps chats, who could read them there, and how they are forgotten. */
export function HistorySettings(props: HistorySettingsProps) {
  const { state, retention, onForgetMeeting, onForgetEverything } = props;
  const { t } = useTranslation("history");
  const [asking, setAsking] = useState<"meeting" | "everything" | null>(null);
  const isKept = retention !== "nothing";
  const isLocked = isKept && state.protection === "locked";
  const pin = <PinSettings protection={state.protection} onSetPin={props.onSetPin} onUnlock={props.onUnlock} />;
  const forget = () => {
    if (asking === "meeting") onForgetMeeting?.();
    else onForgetEverything();
    setAsking(null);
  };
  return (
    <div className={styles.settings}>
      {isKept && state.storage !== "working" && <p className={styles.warning}>{t(`storage.${state.storage}`)}</p>}
      {isLocked && pin}
      <RadioGroup
        label={t("retention.label")}
        choices={retentions.map((value) => ({
          value,
          label: t(`retention.${value}.label`),
          description: t(`retention.${value}.description`),
        }))}
        value={retention}
        onChange={props.onChooseRetention}
      />
      <p className={styles.help}>{t("help.where")}</p>
      {isKept && !isLocked && state.storage !== "unavailable" && pin}
      <div className={styles.actions}>
        {onForgetMeeting && isKept && !isLocked && (
          <Button onPress={() => setAsking("meeting")}>{t("forget.meeting")}</Button>
        )}
        <Button onPress={() => setAsking("everything")}>{t("forget.everything")}</Button>
      </div>
      <Dialog
        role="alertdialog"
        title={t(asking === "meeting" ? "forget.meetingTitle" : "forget.everythingTitle")}
        isOpen={asking !== null}
        onOpenChange={() => setAsking(null)}
        actions={
          <>
            <Button onPress={() => setAsking(null)}>{t("forget.cancel")}</Button>
            <Button variant="danger" onPress={forget}>
              {t("forget.confirm")}
            </Button>
          </>
        }
      >
        <p>{t(asking === "meeting" ? "forget.meetingWords" : "forget.everythingWords")}</p>
      </Dialog>
    </div>
  );
}
