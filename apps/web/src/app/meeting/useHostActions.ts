import { SottoError, type Meeting } from "@sotto/client";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { HostActions } from "../../features/people/HostActions.ts";
import { useToast } from "../../ui/Toast.tsx";

/** What hosts do in the meeting; a toast says so when it did not work. */
export function useHostActions({ moderation }: Meeting): HostActions {
  const { t } = useTranslation("moderation");
  const showToast = useToast();
  return useMemo(() => {
    const saying =
      <Args extends unknown[]>(action: (...args: Args) => Promise<void>) =>
      (...args: Args) =>
        action(...args).catch((error: unknown) => showToast({ tone: "danger", text: t(wordsOf(error)) }));
    return {
      askToUnmute: saying((...args) => moderation.askToUnmute(...args)),
      stop: saying((...args) => moderation.stop(...args)),
      remove: saying((...args) => moderation.remove(...args)),
      setRole: saying((...args) => moderation.setRole(...args)),
      lock: saying((...args) => moderation.lock(...args)),
      spotlight: saying((...args) => moderation.spotlight(...args)),
      lowerHand: saying((...args) => moderation.lowerHand(...args)),
      setWaitingRoom: saying((...args) => moderation.setWaitingRoom(...args)),
      admit: saying((...args) => moderation.admit(...args)),
      refuse: saying((...args) => moderation.refuse(...args)),
      messageWaiting: saying((...args) => moderation.messageWaiting(...args)),
    };
  }, [moderation, showToast, t]);
}

function wordsOf(error: unknown) {
  switch (SottoError.from(error).code) {
    case "not_found":
      return "failed.gone";
    case "not_allowed":
      return "failed.notAllowed";
    case "room_full":
      return "failed.full";
    case "rate_limited":
      return "failed.busy";
    default:
      return "failed.other";
  }
}
