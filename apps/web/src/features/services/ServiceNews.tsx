import type { JoiningService, ServiceStates } from "@sotto/protocol";
import { useEffect, useRef } from "react";
import { VisuallyHidden } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { playNotice } from "./playNotice.ts";

interface ServiceNewsProps extends ServiceStates {
  recordingLocally: readonly string[];
}

/** Says to screen readers, and with a short sound to everybody, that something begins to record or transcribe. */
export function ServiceNews({ recording, transcription, recordingLocally }: ServiceNewsProps) {
  const { t } = useTranslation("services");
  const runs = `${recording.state} ${transcription.state} ${recordingLocally.length > 0}`;
  const before = useRef(runs);
  useEffect(() => {
    if (before.current === runs) return;
    before.current = runs;
    playNotice();
  }, [runs]);
  const words = (service: JoiningService, state: ServiceStates["recording"]["state"]) =>
    state === "off" ? null : t(state === "asking" ? `asking.${service}` : `${service}.news`);
  return (
    <VisuallyHidden>
      <p role="status">
        <span key={recording.state}>{words("recording", recording.state)}</span>{" "}
        <span key={`t-${transcription.state}`}>{words("transcription", transcription.state)}</span>{" "}
        {recordingLocally.map((name) => (
          <span key={`local-${name}`}>{t("localBy", { name, count: 1 })}</span>
        ))}
      </p>
    </VisuallyHidden>
  );
}
