import type { Meeting } from "@sotto/client";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useToast } from "../../ui/Toast.tsx";
import { useStore } from "../../ui/useStore.ts";
import { LocalRecorder } from "./local/LocalRecorder.ts";
import type { LocalRecordingPartProps } from "./LocalRecordingPart.tsx";

/** The recording on the person's own device. It ends with the meeting, and when they are no host any more. */
export function useLocalRecording(meeting: Meeting): LocalRecordingPartProps | undefined {
  const { t, i18n } = useTranslation("services");
  const showToast = useToast();
  const [recorder] = useState(() => new LocalRecorder(meeting));
  const status = useStore(recorder.status);
  const isAllowed = useStore(meeting.standing).permissions.rpc.includes("local-recording");
  const hasEnded = useStore(meeting.connection).status === "ended";
  useEffect(() => {
    if (!isAllowed || hasEnded) recorder.stop().catch(() => showToast({ tone: "danger", text: t("local.failed") }));
  }, [recorder, isAllowed, hasEnded, showToast, t]);
  useEffect(() => () => void recorder.stop().catch(() => undefined), [recorder]);

  if (!isAllowed || typeof MediaRecorder === "undefined") return undefined;
  const saying = (work: Promise<void>) => void work.catch(() => showToast({ tone: "danger", text: t("local.failed") }));
  const nameFile = () => {
    const day = new Intl.DateTimeFormat(i18n.language, { dateStyle: "medium" }).format(new Date());
    return `${meeting.info.room.title || t("local.fileName")} ${day}`;
  };
  return {
    status,
    onStart: () => saying(recorder.start(nameFile())),
    onStop: () => saying(recorder.stop()),
  };
}
