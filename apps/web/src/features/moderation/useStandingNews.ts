import type { LocalMediaState } from "@sotto/client";
import type { Role } from "@sotto/protocol";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useToast } from "../../ui/Toast.tsx";
import { standingNews, type OwnStanding } from "./standingNews.ts";

/** Says what hosts did to us: made us a host or a participant, locked or unlocked something, switched something off. */
export function useStandingNews(role: Role, media: LocalMediaState): void {
  const { t } = useTranslation("moderation");
  const showToast = useToast();
  const before = useRef<OwnStanding | null>(null);
  useEffect(() => {
    const now = { role, media };
    if (before.current) for (const news of standingNews(before.current, now)) showToast({ text: t(`news.${news}`) });
    before.current = now;
  }, [role, media, showToast, t]);
}
