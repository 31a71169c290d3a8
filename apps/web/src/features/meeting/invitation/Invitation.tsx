import { useTranslation } from "react-i18next";
import { CopyLinkButton } from "./CopyLinkButton.tsx";
import styles from "./Invitation.module.css";

export interface InvitationProps {
  /** The meeting's open link; null where an application hands out personal ones. */
  link: string | null;
}

/** Shown to the first one here: what to do so that others come. */
export function Invitation({ link }: InvitationProps) {
  const { t } = useTranslation("meeting");
  return (
    <section className={styles.invitation} aria-label={t("invitation.title")}>
      <h2 className={styles.title}>{t("invitation.title")}</h2>
      <p className={styles.words}>{t(link === null ? "invitation.personal" : "invitation.open")}</p>
      {link !== null && (
        <div className={styles.link}>
          <span className={styles.address}>{link.replace(/^https?:\/\//, "")}</span>
          <CopyLinkButton link={link} variant="primary" />
        </div>
      )}
    </section>
  );
}
