import type { ConnectionPart } from "@sotto/client";
import { useTranslation } from "react-i18next";
import { Banner } from "../../../ui/Banner.tsx";
import { Spinner } from "../../../ui/Spinner.tsx";
import { formatElapsed } from "./formatElapsed.ts";
import { useNow } from "./useNow.ts";
import styles from "./ConnectionBanner.module.css";

export interface ConnectionBannerProps {
  /** Unix milliseconds. */
  since: number;
  /** What is missing: people cannot be seen and heard, or messages and the list of people stand still. */
  parts: readonly ConnectionPart[];
}

/** Says what does not work while the meeting reconnects by itself, and for how long. */
export function ConnectionBanner({ since, parts }: ConnectionBannerProps) {
  const { t } = useTranslation("meeting");
  const elapsed = formatElapsed(useNow() - since);
  const missing = parts.length === 1 ? (parts[0] ?? "messages") : "all";
  return (
    <Banner
      live
      tone="warning"
      icon={<Spinner size="s" />}
      title={
        <>
          {t("connection.reconnecting")}{" "}
          {/* Counted in silence: a status that changes every second would be read every second. */}
          <span className={styles.elapsed} aria-hidden="true">
            {elapsed}
          </span>
        </>
      }
    >
      {t(`connection.${missing}`)}
    </Banner>
  );
}
