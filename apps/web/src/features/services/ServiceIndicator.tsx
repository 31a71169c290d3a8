import type { ServiceStates } from "@sotto/protocol";
import { Captions, CircleDot, HardDriveDownload } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { timeFormat } from "../../ui/timeFormat.ts";
import styles from "./Services.module.css";

interface ServiceIndicatorProps extends ServiceStates {
  /** Names of those who record on their own device. */
  recordingLocally: readonly string[];
  onOpen: () => void;
}

/** Says for as long as it is so that the meeting is recorded or transcribed, by whom and since when; opens the rest. */
export function ServiceIndicator({ recording, transcription, recordingLocally, onOpen }: ServiceIndicatorProps) {
  const { t, i18n } = useTranslation("services");
  const time = timeFormat(i18n.language, { timeStyle: "short" });
  const [firstName] = recordingLocally;
  const states = { recording, transcription };
  const running = (["recording", "transcription"] as const).flatMap((service) => {
    const state = states[service];
    if (state.state === "off") return [];
    const since = time.format(state.since);
    const { startedBy: name } = state;
    const words = name === null ? t(`on.${service}`, { since }) : t(`onBy.${service}`, { since, name });
    const isOn = state.state === "on";
    return (
      <Pill
        key={service}
        icon={service === "recording" ? <CircleDot aria-hidden="true" /> : <Captions aria-hidden="true" />}
        words={isOn ? words : t(`asking.${service}`)}
        isOn={isOn}
        onPress={onOpen}
      />
    );
  });
  if (running.length === 0 && firstName === undefined) return null;
  return (
    <section className={styles.signs} aria-label={t("title")}>
      {running}
      {firstName !== undefined && (
        <Pill
          icon={<HardDriveDownload aria-hidden="true" />}
          words={t("localBy", { name: firstName, count: recordingLocally.length })}
          isOn
          onPress={onOpen}
        />
      )}
    </section>
  );
}

interface PillProps {
  icon: ReactNode;
  words: string;
  isOn: boolean;
  onPress: () => void;
}

function Pill({ icon, words, isOn, onPress }: PillProps) {
  return (
    <Button className={styles.pill ?? ""} data-on={isOn || undefined} aria-haspopup="dialog" onPress={onPress}>
      {icon}
      <span className={styles.pillWords}>{words}</span>
    </Button>
  );
}
