import { VisuallyHidden } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { Avatar } from "../../../ui/Avatar.tsx";
import type { Suggestion } from "./completion.ts";
import styles from "./Suggestions.module.css";

interface SuggestionsProps {
  /** The field names it, and `<id>-<index>` as what is chosen. */
  id: string;
  suggestions: readonly Suggestion[];
  chosen: number;
  onChoose: (suggestion: Suggestion) => void;
}

/** What could stand in the place of the word that is being written. The focus stays in the field. */
export function Suggestions({ id, suggestions, chosen, onChoose }: SuggestionsProps) {
  const { t } = useTranslation("chat");
  return (
    <>
      <VisuallyHidden>
        <span role="status">{t("suggestions.count", { count: suggestions.length })}</span>
      </VisuallyHidden>
      <div id={id} role="listbox" aria-label={t("suggestions.title")} className={styles.list}>
        {suggestions.map((suggestion, index) => (
          // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- keys are the field's, which has the focus
          <div
            key={suggestion.id}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === chosen}
            tabIndex={-1}
            className={styles.option}
            // The field keeps the focus.
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => onChoose(suggestion)}
          >
            {suggestion.kind === "person" ? (
              <>
                <Avatar name={suggestion.person.label} seed={suggestion.person.participantId} size="s" />
                <span dir="auto">{suggestion.person.label}</span>
              </>
            ) : (
              <>
                <span className={styles.emoji} aria-hidden="true">
                  {suggestion.insert}
                </span>
                <span>{t(`emoji.names.${suggestion.emoji}`)}</span>
                <span className={styles.short}>{`:${suggestion.emoji}:`}</span>
              </>
            )}
          </div>
        ))}
      </div>
    </>
  );
}
