import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Switch } from "../../../ui/Switch.tsx";
import { CopyLinkButton } from "./CopyLinkButton.tsx";
import styles from "./Invitation.module.css";

export interface InvitationProps {
  /** The meeting's open link; null where an application hands out personal ones. */
  link: string | null;
  /** What the others need besides; null in a meeting without a passphrase. `linkWithIt`: null where links may not carry it. */
  passphrase: { readonly linkWithIt: string | null } | null;
}

/** Shown to the first one here: what to do so that others come. */
export function Invitation({ link, passphrase }: InvitationProps) {
  const { t } = useTranslation("meeting");
  const words = link === null ? "invitation.personal" : passphrase ? "invitation.passphrase" : "invitation.open";
  const [inLink, setInLink] = useState(false);
  const linkWithIt = passphrase?.linkWithIt ?? null;
  const shared = inLink && linkWithIt !== null ? linkWithIt : link;
  return (
    <section className={styles.invitation} aria-label={t("invitation.title")}>
      <h2 className={styles.title}>{t("invitation.title")}</h2>
      <p className={styles.words}>{t(words)}</p>
      {link !== null && linkWithIt !== null && (
        <div>
          <Switch isSelected={inLink} onChange={setInLink}>
            {t("invitation.inLink")}
          </Switch>
          {inLink && <p className={styles.words}>{t("invitation.inLinkNote")}</p>}
        </div>
      )}
      {shared !== null && (
        <div className={styles.link}>
          <span className={styles.address}>{shared.replace(/^https?:\/\//, "")}</span>
          <CopyLinkButton link={shared} variant="primary" />
        </div>
      )}
    </section>
  );
}
