import type { Receipt } from "@sotto/protocol";
import { Check, ChevronRight, TriangleAlert } from "lucide-react";
import { Button, Disclosure, DisclosurePanel, Heading } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { timeFormat } from "../../ui/timeFormat.ts";
import styles from "./ReceiptView.module.css";

const stores = { "nats-server": "messages", "livekit-server": "media", files: "disk" } as const;

/** The rest of a receipt, folded up: when, where each part was, and what it does not say. */
export function ReceiptDetails({ receipt }: { receipt: Receipt }) {
  const { t, i18n } = useTranslation("receipt");
  const time = timeFormat(i18n.language, { dateStyle: "medium", timeStyle: "medium" });
  const spoken = (iso: string) => time.format(Date.parse(iso));
  const { meeting, losses, neverHeld, stays, cannotKnow, signedWith } = receipt;
  // The server looks everywhere in every meeting; that there is no passphrase here is news to nobody.
  const parts = receipt.parts.filter(
    ({ part, result }) => part !== "opening" || meeting.keyModel === "passphrase" || result !== "gone",
  );
  return (
    <Disclosure className={styles.details ?? ""}>
      <Heading level={3} className={styles.trigger ?? ""}>
        <Button slot="trigger">
          <ChevronRight aria-hidden="true" />
          {t("details")}
        </Button>
      </Heading>
      <DisclosurePanel>
        <div className={styles.panel}>
          <dl className={styles.figures}>
            <div>
              <dt>{t("began")}</dt>
              <dd>{spoken(meeting.beganAt)}</dd>
            </div>
            <div>
              <dt>{t("ended")}</dt>
              <dd>{spoken(meeting.endedAt)}</dd>
            </div>
          </dl>
          {losses.map((at) => (
            <p key={at}>{t("loss", { time: spoken(at) })}</p>
          ))}
          <h4>{t("where")}</h4>
          <ul className={styles.parts}>
            {parts.map(({ part, store, result }) => (
              <li key={part} data-result={result}>
                {result === "gone" ? <Check aria-hidden="true" /> : <TriangleAlert aria-hidden="true" />}
                <span>
                  <span className={styles.part}>{t(`part.${part}`)}</span> {t(`store.${stores[store]}`)}:{" "}
                  {t(`result.${result}`)}
                </span>
              </li>
            ))}
          </ul>
          <h4>{t("neverHeld")}</h4>
          <ul>
            {neverHeld.map((each) => (
              <li key={each}>{t(`absence.${each}`)}</li>
            ))}
          </ul>
          <h4>{t("stays")}</h4>
          <ul>
            {stays.map((each) => (
              <li key={each}>{t(`remainder.${each}`)}</li>
            ))}
          </ul>
          <h4>{t("cannotKnow")}</h4>
          <ul>
            {cannotKnow.map((each) => (
              <li key={each}>{t(`limit.${each}`)}</li>
            ))}
          </ul>
          <p className={styles.key}>
            {t("signedWith")} <code>{signedWith}</code>
          </p>
        </div>
      </DisclosurePanel>
    </Disclosure>
  );
}
