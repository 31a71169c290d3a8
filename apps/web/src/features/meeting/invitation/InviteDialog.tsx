import { useTranslation } from "react-i18next";
import { Dialog } from "../../../ui/Dialog.tsx";
import styles from "./InviteDialog.module.css";
import { ShareLink } from "./ShareLink.tsx";

export interface InviteDialogProps {
  link: string;
  linkWithPassphrase: string;
  isOpen: boolean;
  onOpenChange: (isOpen: boolean) => void;
}

/** In a meeting whose link may carry the passphrase: whether it does is chosen before anything is copied. */
export function InviteDialog({ link, linkWithPassphrase, isOpen, onOpenChange }: InviteDialogProps) {
  const { t } = useTranslation("meeting");
  return (
    <Dialog title={t("invitation.invite")} isOpen={isOpen} onOpenChange={onOpenChange}>
      <div className={styles.invite}>
        <p>{t("invitation.passphrase")}</p>
        <ShareLink link={link} linkWithPassphrase={linkWithPassphrase} />
      </div>
    </Dialog>
  );
}
