import { Check, Copy, Dices } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Button } from "../../../ui/Button.tsx";
import { Switch } from "../../../ui/Switch.tsx";
import { useCopy } from "../../../ui/useCopy.ts";
import styles from "./Passphrase.module.css";
import { isWeak, type DraftIssue, type PassphraseDraft } from "./PassphraseDraft.ts";
import { PassphraseField } from "./PassphraseField.tsx";
import { PassphraseStrength } from "./PassphraseStrength.tsx";
import { suggestPassphrase } from "./suggestPassphrase.ts";

export interface OpenWithPassphraseProps {
  draft: PassphraseDraft;
  onChange: (draft: PassphraseDraft) => void;
  /** What is wrong with the draft that the person wanted to use; null before, and when nothing is. */
  issue: DraftIssue | null;
  isShown: boolean;
  onShow: (isShown: boolean) => void;
  isDisabled: boolean;
}

/** For who opens the meeting: a passphrase of one's own, twice, or a suggested one. */
export function OpenWithPassphrase({ draft, onChange, issue, isShown, onShow, isDisabled }: OpenWithPassphraseProps) {
  const { t } = useTranslation("lobby");
  const { copied, copy } = useCopy();
  const suggest = async () => {
    const text = await suggestPassphrase();
    onShow(true);
    onChange({ text, repeated: text, acceptsWeak: false });
  };
  return (
    <>
      <PassphraseField
        label={t("passphrase.choose")}
        description={t("passphrase.chooseHint")}
        value={draft.text}
        onChange={(text) => onChange({ ...draft, text, acceptsWeak: false })}
        isShown={isShown}
        onToggleShown={() => onShow(!isShown)}
        error={issue === "missing" || issue === "unusable" ? t(`passphrase.issue.${issue}`) : null}
        isDisabled={isDisabled}
      />
      <PassphraseField
        label={t("passphrase.repeat")}
        value={draft.repeated}
        onChange={(repeated) => onChange({ ...draft, repeated })}
        isShown={isShown}
        error={issue === "differs" ? t("passphrase.issue.differs") : null}
        isDisabled={isDisabled}
      />
      <div className={styles.suggestion}>
        <Button icon={<Dices />} isDisabled={isDisabled} onPress={() => void suggest()}>
          {t("passphrase.suggest")}
        </Button>
        {draft.text !== "" && (
          <Button icon={copied ? <Check /> : <Copy />} isDisabled={isDisabled} onPress={() => copy(draft.text)}>
            {t(copied ? "passphrase.copied" : "passphrase.copy")}
          </Button>
        )}
      </div>
      {draft.text !== "" && <PassphraseStrength passphrase={draft.text} />}
      {draft.text !== "" && isWeak(draft.text) && (
        <Switch
          isSelected={draft.acceptsWeak}
          onChange={(acceptsWeak) => onChange({ ...draft, acceptsWeak })}
          isDisabled={isDisabled}
        >
          {t("passphrase.acceptWeak")}
        </Switch>
      )}
    </>
  );
}
