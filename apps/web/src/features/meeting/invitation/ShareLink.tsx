import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Switch } from "../../../ui/Switch.tsx";
import { CopyLinkButton } from "./CopyLinkButton.tsx";
import styles from "./ShareLink.module.css";

export interface ShareLinkProps {
  /** The meeting's open link. */
  link: string;
  /** The same with the passphrase in it; null where there is none, or links may not carry it. */
  linkWithPassphrase: string | null;
}

/** The meeting's link to copy; where it may carry the passphrase, that is one switch away, with what it means. */
export function ShareLink({ link, linkWithPassphrase }: ShareLinkProps) {
  const { t } = useTranslation("meeting");
  const [inLink, setInLink] = useState(false);
  const shared = inLink && linkWithPassphrase !== null ? linkWithPassphrase : link;
  return (
    <>
      {linkWithPassphrase !== null && (
        <div>
          <Switch isSelected={inLink} onChange={setInLink}>
            {t("invitation.inLink")}
          </Switch>
          {inLink && <p className={styles.note}>{t("invitation.inLinkNote")}</p>}
        </div>
      )}
      <div className={styles.link}>
        <span className={styles.address}>{shared.replace(/^https?:\/\//, "")}</span>
        <CopyLinkButton link={shared} variant="primary" />
      </div>
    </>
  );
}
