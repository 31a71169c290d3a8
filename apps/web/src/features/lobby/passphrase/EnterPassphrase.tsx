import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../../../ui/Button.tsx";
import { Dialog } from "../../../ui/Dialog.tsx";
import styles from "./Passphrase.module.css";
import { PassphraseField } from "./PassphraseField.tsx";

export interface EnterPassphraseProps {
  openedBy: string;
  text: string;
  onChange: (text: string) => void;
  error: string | null;
  isShown: boolean;
  onShow: (isShown: boolean) => void;
  isDisabled: boolean;
  /** For hosts whose passphrase is not the opener's: everybody begins again with a new one. Undefined for all others. */
  onRestart: (() => void) | undefined;
}

/** For everybody but the opener: the opener's passphrase. */
export function EnterPassphrase(props: EnterPassphraseProps) {
  const { t } = useTranslation("lobby");
  const { isShown, onShow } = props;
  return (
    <>
      <PassphraseField
        label={t("passphrase.enter")}
        description={t("passphrase.openedBy", { name: props.openedBy })}
        value={props.text}
        onChange={props.onChange}
        isShown={isShown}
        onToggleShown={() => onShow(!isShown)}
        error={props.error}
        isDisabled={props.isDisabled}
      />
      {props.onRestart && <StartAgain onRestart={props.onRestart} isDisabled={props.isDisabled} />}
    </>
  );
}

function StartAgain({ onRestart, isDisabled }: { onRestart: () => void; isDisabled: boolean }) {
  const { t } = useTranslation("lobby");
  const [asking, setAsking] = useState(false);
  return (
    <div className={styles.wrong}>
      <p>{t("passphrase.restart.hint")}</p>
      <Button isDisabled={isDisabled} onPress={() => setAsking(true)}>
        {t("passphrase.restart.action")}
      </Button>
      <Dialog
        role="alertdialog"
        title={t("passphrase.restart.title")}
        isOpen={asking}
        onOpenChange={setAsking}
        actions={
          <>
            <Button onPress={() => setAsking(false)}>{t("passphrase.restart.cancel")}</Button>
            <Button
              variant="danger"
              onPress={() => {
                setAsking(false);
                onRestart();
              }}
            >
              {t("passphrase.restart.confirm")}
            </Button>
          </>
        }
      >
        {t("passphrase.restart.explanation")}
      </Dialog>
    </div>
  );
}
