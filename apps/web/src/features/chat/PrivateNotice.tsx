import { Lock } from "lucide-react";
import { useTranslation } from "react-i18next";
import styles from "./PrivateNotice.module.css";

/** Says who can read a private conversation, and who keeps it from the others. */
export function PrivateNotice({ peer, encrypted }: { peer: string; encrypted: boolean }) {
  const { t } = useTranslation("chat");
  return (
    <aside className={styles.notice} aria-label={t("privateWith", { name: peer })}>
      <Lock aria-hidden="true" />
      <p>
        <strong dir="auto">{t("privateTitle", { name: peer })}</strong>{" "}
        {t(encrypted ? "privateEncrypted" : "privatePlain")}
      </p>
    </aside>
  );
}
