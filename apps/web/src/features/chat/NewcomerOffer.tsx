import { MessagesSquare } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../../ui/Button.tsx";
import styles from "./NewcomerOffer.module.css";

export interface NewcomerOfferProps {
  /** Who came later. */
  name: string;
  /** Resolves when they were told, or not. */
  onTell: () => Promise<void>;
  onDismiss: () => void;
}

/** Somebody came later: whether to tell them what was written before. */
export function NewcomerOffer({ name, onTell, onDismiss }: NewcomerOfferProps) {
  const { t } = useTranslation("chat");
  const [isTelling, setIsTelling] = useState(false);
  const tell = () => {
    setIsTelling(true);
    void onTell().finally(() => setIsTelling(false));
  };
  return (
    <section className={styles.offer} aria-label={t("history.offerTitle", { name })}>
      <MessagesSquare aria-hidden="true" />
      <p>
        <strong>{t("history.offerTitle", { name })}</strong> {t("history.offerWords")}
      </p>
      <div className={styles.actions}>
        <Button variant="quiet" onPress={onDismiss} isDisabled={isTelling}>
          {t("history.offerDismiss")}
        </Button>
        <Button onPress={tell} isPending={isTelling}>
          {t("history.offerTell")}
        </Button>
      </div>
    </section>
  );
}
