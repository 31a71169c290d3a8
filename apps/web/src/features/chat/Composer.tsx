import { SendHorizontal } from "lucide-react";
import { useState, type KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";
import { IconButton } from "../../ui/IconButton.tsx";
import styles from "./Composer.module.css";

/** Below what one message of the stream may hold, whatever the script: 4 bytes a character at most. */
const longestMessage = 4_000;

interface ComposerProps {
  /** Says to whom one writes. */
  label: string;
  onSend: (text: string) => void;
  /** What is being written changed; empty when it was sent. */
  onWrite: ((text: string) => void) | undefined;
}

/** Enter sends, Shift+Enter starts a new line. */
export function Composer({ label, onSend, onWrite }: ComposerProps) {
  const { t } = useTranslation("chat");
  const [text, setText] = useState("");
  const isEmpty = text.trim() === "";

  const write = (next: string) => {
    setText(next);
    onWrite?.(next.trim());
  };
  const send = () => {
    if (isEmpty) return;
    onSend(text.trim());
    write("");
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // While an input method composes, Enter picks a word.
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  };

  return (
    <div className={styles.composer}>
      <textarea
        className={styles.text}
        aria-label={label}
        placeholder={label}
        rows={Math.min(6, text.split("\n").length)}
        maxLength={longestMessage}
        value={text}
        onChange={(event) => write(event.target.value)}
        onKeyDown={onKeyDown}
        dir="auto"
        data-autofocus
      />
      <IconButton label={t("send")} tone={isEmpty ? "quiet" : "active"} isDisabled={isEmpty} onPress={send}>
        <SendHorizontal aria-hidden="true" />
      </IconButton>
    </div>
  );
}
