import type { ServiceStates } from "@sotto/protocol";
import { Captions, CircleDot, HardDriveDownload } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "react-aria-components";
import { useTranslation } from "react-i18next";
import styles from "./Services.module.css";

interface ServiceIndicatorProps extends ServiceStates {
  /** Names of those who record on their own device. */
  recordingLocally: readonly string[];
  onOpen: () => void;
}

/** Says for as long as it is so that the meeting is recorded or transcribed, by whom and since when; opens the rest. */
export function ServiceIndicator({ recording, transcription, recordingLocally, onOpen }: ServiceIndicatorProps) {
  const { t, i18n } = useTranslation("services");
  const time = new Intl.DateTimeFormat(i18n.language, { timeStyle: "short" });
  const [firstName] = recordingLocally;
  const pill = (key: string, icon: ReactNode, words: string, isOn: boolean) => (
    <Button key={key} className={styles.pill ?? ""} data-on={isOn || undefined} aria-haspopup="dialog" onPress={onOpen}>
      {icon}
      <span className={styles.pillWords}>{words}</span>
    </Button>
  );
  const running = (["recording", "transcription"] as const).flatMap((service) => {
    const state = { recording, transcription }[service];
    if (state.state === "off") return [];
    const icon = service === "recording" ? <CircleDot aria-hidden="true" /> : <Captions aria-hidden="true" />;
    const since = time.format(state.since);
    const words =
      state.startedBy === null ? t(`on.${service}`, { since }) : t(`onBy.${service}`, { since, name: state.startedBy });
    return pill(service, icon, state.state === "asking" ? t(`asking.${service}`) : words, state.state === "on");
  });
  return (
    <>
      {running}
      {firstName !== undefined &&
        pill(
          "local",
          <HardDriveDownload aria-hidden="true" />,
          t("localBy", { name: firstName, count: recordingLocally.length }),
          true,
        )}
    </>
  );
}
