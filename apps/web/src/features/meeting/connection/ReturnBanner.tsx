import type { ConnectionPart } from "@sotto/client";
import { Check } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Banner } from "../../../ui/Banner.tsx";
import { durationWords } from "./durationWords.ts";

export interface ReturnBannerProps {
  awayMs: number;
  /** What was missing meanwhile. */
  parts: readonly ConnectionPart[];
  /** How many messages of others came meanwhile. */
  messages: number;
  /** The server lost messages: the chat says from when. */
  lost: boolean;
}

/** After the meeting was away: for how long, and what was missed. */
export function ReturnBanner({ awayMs, parts, messages, lost }: ReturnBannerProps) {
  const { t, i18n } = useTranslation("meeting");
  const duration = durationWords(awayMs, i18n.language);
  return (
    <Banner live icon={<Check size={20} />} title={t("return.title")}>
      {parts.includes("messages")
        ? t(lost ? "return.lost" : "return.messages", { duration, count: messages })
        : t("return.media", { duration })}
    </Banner>
  );
}
