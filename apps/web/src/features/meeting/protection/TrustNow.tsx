import { Clock, KeyRound, ShieldAlert, ShieldCheck } from "lucide-react";
import { useTranslation } from "react-i18next";
import { KeyAge } from "./KeyAge.tsx";
import type { MediaTrust } from "./mediaTrust.ts";
import styles from "./ProtectionPanel.module.css";

/** What holds in an end-to-end encrypted meeting right now. */
export interface Trust {
  /** Who opened it with a passphrase; null where the server made the key. */
  readonly openedBy: string | null;
  /** Unix milliseconds when the present keys came into use. */
  readonly keysSince: number;
  readonly media: MediaTrust;
}

/** The facts of this moment: where the key comes from, how old it is, and whether everybody's media fits it. */
export function TrustNow({ trust: { openedBy, keysSince, media } }: { trust: Trust }) {
  const { t } = useTranslation("meeting");
  return (
    <ul className={styles.now}>
      <li>
        <KeyRound aria-hidden="true" />
        {openedBy === null ? t("protection.now.keyOfServer") : t("protection.now.keyOf", { name: openedBy })}
      </li>
      <li>
        <Clock aria-hidden="true" />
        <span>
          <KeyAge since={keysSince} />
        </span>
      </li>
      {media.doubts.map(({ id, name, kind, reason }) => (
        <li key={id} className={styles.doubt}>
          <ShieldAlert aria-hidden="true" />
          {t(`protection.now.${reason}.${kind}`, { name })}
        </li>
      ))}
      {(media.doubts.length === 0 || media.authenticated > 0) && (
        <li>
          <ShieldCheck aria-hidden="true" />
          {t(media.authenticated === 0 ? "protection.now.nobody" : "protection.now.authenticated", {
            count: media.authenticated,
          })}
        </li>
      )}
    </ul>
  );
}
