import type { LocalMediaState } from "@sotto/client";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useToast } from "../../ui/Toast.tsx";

const sources = ["microphone", "camera", "screen"] as const;

/** Says why a microphone, camera or screen could not be used, and what to do. */
export function useMediaErrors(media: LocalMediaState): void {
  const { t } = useTranslation("controls");
  const showToast = useToast();
  const before = useRef<LocalMediaState | null>(null);
  useEffect(() => {
    for (const source of sources) {
      const { error } = media[source];
      if (!error || error === before.current?.[source].error) continue;
      if (source !== "screen") showToast({ tone: "danger", text: t(`error.${source}.${error}`) });
      // Closing the browser's choice of screens counts as a refusal; nobody needs to be told what they just did.
      else if (error !== "permission_denied") showToast({ tone: "danger", text: t(`error.screen.${error}`) });
    }
    before.current = media;
  }, [media, showToast, t]);
}
