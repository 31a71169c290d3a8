import { Search, X } from "lucide-react";
import { useState, type KeyboardEvent } from "react";
import { Input, SearchField } from "react-aria-components";
import { useTranslation } from "react-i18next";
import fieldStyles from "../../../ui/Field.module.css";
import { IconButton } from "../../../ui/IconButton.tsx";
import { timeFormat } from "../../../ui/timeFormat.ts";
import { namesFor } from "../message/MessageActions.ts";
import { inWords } from "../message/MessageText.tsx";
import styles from "./ChatSearch.module.css";
import { searchMessages, type Searchable } from "./searchMessages.ts";

export interface ChatSearchProps {
  /** Everything that can be found. */
  messages: readonly Searchable[];
  nameOf: (participantId: string) => string;
  /** Shows a message of this meeting where it stands. */
  onShow: (found: Searchable) => void;
  onClose: () => void;
}

/** Finds messages of every conversation of this meeting, and of those this browser remembers of the room. */
export function ChatSearch({ messages, nameOf, onShow, onClose }: ChatSearchProps) {
  const { t, i18n } = useTranslation("chat");
  const [query, setQuery] = useState("");
  const found = searchMessages(messages, query, (message) =>
    inWords(message.text, { nameOf: namesFor(message, nameOf) }),
  );
  const date = timeFormat(i18n.language, { dateStyle: "medium", timeStyle: "short" });
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    onClose();
  };
  return (
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions -- Escape works wherever the focus is inside
    <search className={styles.search} onKeyDown={onKeyDown}>
      <div className={styles.bar}>
        <SearchField aria-label={t("search.label")} value={query} onChange={setQuery} className={styles.field ?? ""}>
          <Search aria-hidden="true" />
          <Input ref={focus} className={fieldStyles.input ?? ""} placeholder={t("search.label")} />
        </SearchField>
        <IconButton label={t("search.close")} placement="left" onPress={onClose}>
          <X aria-hidden="true" />
        </IconButton>
      </div>
      <p role="status" className={styles.count}>
        {query.trim() !== "" && t("search.found", { count: found.length })}
      </p>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- reachable by keyboard, to scroll */}
      <ul className={styles.results} aria-label={t("search.results")} tabIndex={found.length > 0 ? 0 : undefined}>
        {found.map((each) => {
          const { message, peer, isEarlier } = each;
          const words = inWords(message.text, { nameOf: namesFor(message, nameOf) }) || message.file?.name;
          const content = (
            <>
              <span className={styles.head}>
                <strong dir="auto">{message.isLocal ? t("you") : message.name || t("unknownSender")}</strong>
                <time dateTime={new Date(message.sentAt).toISOString()}>{date.format(message.sentAt)}</time>
              </span>
              <span className={styles.words} dir="auto">
                {words}
              </span>
              {(peer !== null || isEarlier) && (
                <span className={styles.where}>
                  {peer !== null && t("privateWith", { name: peer })} {isEarlier && t("search.earlier")}
                </span>
              )}
            </>
          );
          return (
            <li key={`${message.id} ${isEarlier}`}>
              {isEarlier ? (
                <div className={styles.result}>{content}</div>
              ) : (
                <button type="button" className={styles.result} onClick={() => onShow(each)}>
                  {content}
                </button>
              )}
            </li>
          );
        })}
      </ul>
    </search>
  );
}

/** Whoever opens a search means to type. */
function focus(input: HTMLInputElement | null): void {
  input?.focus();
}
