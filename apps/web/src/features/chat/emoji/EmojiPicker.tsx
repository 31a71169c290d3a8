import { SmilePlus } from "lucide-react";
import {
  Autocomplete,
  Dialog,
  DialogTrigger,
  Input,
  ListBox,
  ListBoxItem,
  Popover,
  SearchField,
} from "react-aria-components";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import fieldStyles from "../../../ui/Field.module.css";
import { IconButton } from "../../../ui/IconButton.tsx";
import { emojiNames, emojis, type EmojiName } from "./emojis.ts";
import styles from "./EmojiPicker.module.css";
import { searchEmojis } from "./searchEmojis.ts";

/** A button that opens the common emoji, to be searched by name and walked through by arrow keys. */
export function EmojiPicker({ onPick }: { onPick: (emoji: string) => void }) {
  const { t } = useTranslation("chat");
  const [isOpen, setIsOpen] = useState(false);
  const pick = (name: EmojiName) => {
    onPick(emojis[name]);
    setIsOpen(false);
  };
  return (
    <DialogTrigger isOpen={isOpen} onOpenChange={setIsOpen}>
      <IconButton label={t("emoji.open")}>
        <SmilePlus aria-hidden="true" />
      </IconButton>
      {/* Not modal, so that the focus can go where the emoji goes. */}
      <Popover className={styles.popover ?? ""} placement="top end" offset={8} isNonModal>
        <Dialog aria-label={t("emoji.open")} className={styles.dialog ?? ""}>
          <EmojiGrid onPick={pick} />
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}

function EmojiGrid({ onPick }: { onPick: (name: EmojiName) => void }) {
  const { t } = useTranslation("chat");
  const [query, setQuery] = useState("");
  const found = searchEmojis(query, (name) => t(`emoji.names.${name}`));
  return (
    <Autocomplete inputValue={query} onInputChange={setQuery}>
      <SearchField aria-label={t("emoji.search")} className={styles.search ?? ""}>
        <Input ref={focus} className={fieldStyles.input ?? ""} placeholder={t("emoji.search")} />
      </SearchField>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- reachable by keyboard, to scroll */}
      <div className={styles.scroll} tabIndex={0}>
        <ListBox
          aria-label={t("emoji.list")}
          layout="grid"
          className={styles.grid ?? ""}
          items={(query === "" ? emojiNames : found).map((id) => ({ id }))}
          onAction={(key) => onPick(key as EmojiName)}
          renderEmptyState={() => <p className={styles.none}>{t("emoji.none")}</p>}
        >
          {({ id }) => (
            <ListBoxItem id={id} textValue={t(`emoji.names.${id}`)} className={styles.emoji ?? ""}>
              <span role="img" aria-label={t(`emoji.names.${id}`)}>
                {emojis[id]}
              </span>
            </ListBoxItem>
          )}
        </ListBox>
      </div>
    </Autocomplete>
  );
}

/** Whoever opens it types a name, or goes on to the grid by arrow keys. */
function focus(input: HTMLInputElement | null): void {
  input?.focus();
}
