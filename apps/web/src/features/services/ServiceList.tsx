import type { ServicePresence } from "@sotto/client";
import { Captions, CircleDot } from "lucide-react";
import { useTranslation } from "react-i18next";
import styles from "./Services.module.css";

/** What is in the meeting and is no person, apart from the list of people. Nothing where there is none. */
export function ServiceList({ services }: { services: readonly ServicePresence[] }) {
  const { t } = useTranslation("services");
  if (services.length === 0) return null;
  return (
    <ul className={styles.present} aria-label={t("present.title")}>
      {services.map(({ participantId, kind }) => (
        <li key={participantId}>
          {kind === "recorder" ? <CircleDot aria-hidden="true" /> : <Captions aria-hidden="true" />}
          <span>{t(`present.${kind}`)}</span>
        </li>
      ))}
    </ul>
  );
}
