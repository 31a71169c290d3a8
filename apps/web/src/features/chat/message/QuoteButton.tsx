import type { ChatMessage } from "@sotto/client";
import { CornerUpLeft } from "lucide-react";
import { VisuallyHidden } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { namesFor, type MessageActions } from "./MessageActions.ts";
import { inWords } from "./MessageText.tsx";
import styles from "./QuoteButton.module.css";

interface QuoteButtonProps {
  quoted: ChatMessage | undefined;
  nameOf: MessageActions["nameOf"];
  onJump: () => void;
}

/** What a message answers, in a line that leads there; it says so where that is not here. */
export function QuoteButton({ quoted, nameOf, onJump }: QuoteButtonProps) {
  const { t } = useTranslation("chat");
  if (!quoted) {
    return (
      <p className={styles.quote}>
        <CornerUpLeft aria-hidden="true" />
        {t("reply.unknown")}
      </p>
    );
  }
  const name = quoted.isLocal ? t("you") : quoted.name || t("unknownSender");
  const words = quoted.isDeleted ? t("deleted") : inWords(quoted.text, { nameOf: namesFor(quoted, nameOf) });
  return (
    <button type="button" className={styles.quote} onClick={onJump}>
      <CornerUpLeft aria-hidden="true" />
      <span className={styles.words}>
        <VisuallyHidden elementType="span">{t("reply.to")} </VisuallyHidden>
        <strong dir="auto">{name}</strong> <span dir="auto">{words || quoted.file?.name}</span>
      </span>
    </button>
  );
}
