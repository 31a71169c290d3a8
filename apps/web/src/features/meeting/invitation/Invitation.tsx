import { useTranslation } from "react-i18next";
import styles from "./Invitation.module.css";
import { ShareLink } from "./ShareLink.tsx";

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
  return (
    <section className={styles.invitation} aria-label={t("invitation.title")}>
      <h2 className={styles.title}>{t("invitation.title")}</h2>
      <p className={styles.words}>{t(words)}</p>
      {link !== null && <ShareLink link={link} linkWithPassphrase={passphrase?.linkWithIt ?? null} />}
    </section>
  );
}
