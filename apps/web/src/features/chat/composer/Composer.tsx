import { Check, SendHorizontal } from "lucide-react";
import { useId, useRef, type ClipboardEvent, type KeyboardEvent, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { IconButton } from "../../../ui/IconButton.tsx";
import { EmojiPicker } from "../emoji/EmojiPicker.tsx";
import styles from "./Composer.module.css";
import { ComposingLine } from "./ComposingLine.tsx";
import { Suggestions } from "./Suggestions.tsx";
import { useComposer, type ComposerOptions } from "./useComposer.ts";

/** Below what one message of the stream may hold, whatever the script: 4 bytes a character at most. */
const longestMessage = 4_000;

export interface ComposerProps extends Omit<ComposerOptions, "field"> {
  /** Says to whom one writes. */
  label: string;
  /** Takes files that are pasted, such as a picture; undefined where none may be sent. */
  onPasteFiles: ((files: readonly File[]) => void) | undefined;
  /** What else can be sent; stands before the text. */
  attach: ReactNode;
  /** Arrow up in an empty field: change the last own message. */
  onEditLast: () => void;
}

/** Enter sends, Shift+Enter starts a new line; `@` and `:` offer people and emoji. */
export function Composer({ label, onPasteFiles, attach, onEditLast, ...options }: ComposerProps) {
  const { t } = useTranslation("chat");
  const field = useRef<HTMLTextAreaElement>(null);
  const composer = useComposer({ ...options, field });
  const { text, completion, chosen, isEmpty } = composer;
  const listId = useId();
  const isEdit = options.composing.kind === "edit";

  const onKeyDown = (event: KeyboardEvent) => {
    // While an input method composes, keys pick a word.
    if (event.nativeEvent.isComposing) return;
    if (onCompletionKey(event) || event.defaultPrevented) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      composer.submit();
    } else if (event.key === "Escape" && options.composing.kind !== "new") {
      event.preventDefault();
      composer.end();
    } else if (event.key === "ArrowUp" && text === "" && options.composing.kind === "new") {
      event.preventDefault();
      onEditLast();
    }
  };
  const onCompletionKey = (event: KeyboardEvent): boolean => {
    if (!completion) return false;
    const { suggestions } = completion;
    const suggestion = suggestions[chosen];
    if (event.key === "ArrowDown") composer.setChosen((chosen + 1) % suggestions.length);
    else if (event.key === "ArrowUp") composer.setChosen((chosen + suggestions.length - 1) % suggestions.length);
    else if (event.key === "Escape") composer.dismiss();
    else if ((event.key === "Enter" || event.key === "Tab") && !event.shiftKey && suggestion)
      composer.complete(suggestion);
    else return false;
    event.preventDefault();
    return true;
  };
  const onPaste = (event: ClipboardEvent) => {
    const { files } = event.clipboardData;
    // Programs offer a picture of what was copied beside its text.
    if (!onPasteFiles || files.length === 0 || event.clipboardData.types.includes("text/plain")) return;
    event.preventDefault();
    onPasteFiles([...files]);
  };

  return (
    <div className={styles.frame}>
      <p role="status" className={styles.problem}>
        {composer.problem && t(`problem.${composer.problem}`)}
      </p>
      <ComposingLine composing={options.composing} nameOf={options.nameOf} onEnd={composer.end} />
      {completion && (
        <Suggestions id={listId} suggestions={completion.suggestions} chosen={chosen} onChoose={composer.complete} />
      )}
      <div className={styles.composer}>
        {!isEdit && attach}
        <textarea
          ref={field}
          className={styles.text}
          aria-label={isEdit ? t("edit.label") : label}
          placeholder={label}
          rows={Math.min(6, text.split("\n").length)}
          maxLength={longestMessage}
          value={text}
          onChange={({ target }) => composer.onChange(target.value, target.selectionStart)}
          onSelect={({ currentTarget }) => composer.noteCaret(currentTarget.selectionStart)}
          onKeyDown={onKeyDown}
          onPaste={onPaste}
          dir="auto"
          // Browsers write what is in a field to their disk, to bring it back after a crash.
          autoComplete="off"
          data-autofocus
          aria-autocomplete="list"
          aria-controls={completion ? listId : undefined}
          aria-activedescendant={completion ? `${listId}-${chosen}` : undefined}
        />
        <EmojiPicker onPick={(emoji) => composer.insert(emoji)} />
        <IconButton
          label={t(isEdit ? "edit.save" : "send")}
          tone={isEmpty ? "quiet" : "active"}
          isDisabled={isEmpty}
          onPress={composer.submit}
        >
          {isEdit ? <Check aria-hidden="true" /> : <SendHorizontal aria-hidden="true" />}
        </IconButton>
      </div>
    </div>
  );
}
