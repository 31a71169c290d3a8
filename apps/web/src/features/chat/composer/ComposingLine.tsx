import { Pencil, Reply, X } from "lucide-react";
import { useTranslation } from "react-i18next";
import { IconButton } from "../../../ui/IconButton.tsx";
import { namesFor } from "../message/MessageActions.ts";
import { inWords } from "../message/MessageText.tsx";
import type { Composing } from "./Composing.ts";
import styles from "./ComposingLine.module.css";

interface ComposingLineProps {
  composing: Composing;
  nameOf: (participantId: string) => string;
  onEnd: () => void;
}

/** What is being answered or changed, and a way to stop. */
export function ComposingLine({ composing, nameOf, onEnd }: ComposingLineProps) {
  const { t } = useTranslation("chat");
  if (composing.kind === "new") return null;
  const { kind, message } = composing;
  const name = message.isLocal ? t("you") : message.name || t("unknownSender");
  const words = inWords(message.text, { nameOf: namesFor(message, nameOf) }) || message.file?.name;
  return (
    <div className={styles.line}>
      {kind === "edit" ? <Pencil aria-hidden="true" /> : <Reply aria-hidden="true" />}
      <p className={styles.words}>
        <strong>{kind === "edit" ? t("edit.title") : t("reply.title", { name })}</strong>
        <span dir="auto">{words}</span>
      </p>
      <IconButton label={t(kind === "edit" ? "edit.cancel" : "reply.cancel")} onPress={onEnd}>
        <X aria-hidden="true" />
      </IconButton>
    </div>
  );
}
