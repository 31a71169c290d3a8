import { SendHorizontal } from "lucide-react";
import { useState, type ClipboardEvent, type KeyboardEvent, type ReactNode } from "react";
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
  /** Takes files that are pasted, such as a picture; undefined where none may be sent. */
  onPasteFiles: ((files: readonly File[]) => void) | undefined;
  /** What else can be sent; stands before the text. */
  attach: ReactNode;
}

/** Enter sends, Shift+Enter starts a new line. */
export function Composer({ label, onSend, onWrite, onPasteFiles, attach }: ComposerProps) {
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

  const onPaste = (event: ClipboardEvent) => {
    const { files } = event.clipboardData;
    // Programs offer a picture of what was copied beside its text.
    if (!onPasteFiles || files.length === 0 || event.clipboardData.types.includes("text/plain")) return;
    event.preventDefault();
    onPasteFiles([...files]);
  };

  return (
    <div className={styles.composer}>
      {attach}
      <textarea
        className={styles.text}
        aria-label={label}
        placeholder={label}
        rows={Math.min(6, text.split("\n").length)}
        maxLength={longestMessage}
        value={text}
        onChange={(event) => write(event.target.value)}
        onKeyDown={onKeyDown}
        onPaste={onPaste}
        dir="auto"
        data-autofocus
      />
      <IconButton label={t("send")} tone={isEmpty ? "quiet" : "active"} isDisabled={isEmpty} onPress={send}>
        <SendHorizontal aria-hidden="true" />
      </IconButton>
    </div>
  );
}
