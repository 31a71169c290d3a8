import type { E2eeModel } from "@sotto/protocol";
import { Check, Eye, Server, ShieldCheck, ShieldOff, TriangleAlert, Users, Waypoints } from "lucide-react";
import { Heading } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { NewPassphrase } from "./NewPassphrase.tsx";
import styles from "./ProtectionPanel.module.css";
import { TrustNow, type Trust } from "./TrustNow.tsx";

/** Everybody between and around the participants, and whether what they can see is nothing, depends, or everything. */
const readers = {
  none: { relay: "can", server: "can", others: "cannot" },
  server: { relay: "depends", server: "depends", others: "cannot" },
  passphrase: { relay: "cannot", server: "cannot", others: "cannot" },
} as const satisfies Record<E2eeModel, Record<"relay" | "server" | "others", "can" | "cannot" | "depends">>;

const who = ["relay", "server", "others"] as const;
const whoIcons = { relay: Waypoints, server: Server, others: Users };
const answerIcons = { can: Eye, cannot: Check, depends: TriangleAlert };

export interface ProtectionPanelProps {
  model: E2eeModel;
  /** Null in a meeting without end-to-end encryption. */
  trust: Trust | null;
  /** Begins the meeting again with a new passphrase; undefined where there is none, and for who may not. */
  onRestart: (() => void) | undefined;
}

/** Who can see and hear the meeting, in plain words: the table of docs/threat-model.md, for this room. */
export function ProtectionPanel({ model, trust, onRestart }: ProtectionPanelProps) {
  const { t } = useTranslation("meeting");
  const Shield = model === "none" ? ShieldOff : ShieldCheck;
  return (
    <div className={styles.panel}>
      <header className={styles.header} data-model={model}>
        <Shield aria-hidden="true" />
        <Heading slot="title" className={styles.title ?? ""}>
          {t(`protection.${model}.title`)}
        </Heading>
      </header>
      <p className={styles.summary}>{t(`protection.${model}.summary`)}</p>
      <dl className={styles.readers}>
        {who.map((reader) => {
          const answer = readers[model][reader];
          const WhoIcon = whoIcons[reader];
          const AnswerIcon = answerIcons[answer];
          return (
            <div key={reader} className={styles.reader}>
              <dt>
                <WhoIcon aria-hidden="true" />
                {t(`protection.who.${reader}`)}
              </dt>
              <dd className={styles[answer]}>
                <AnswerIcon aria-hidden="true" />
                <span>{t(`protection.${model}.${reader}`)}</span>
              </dd>
            </div>
          );
        })}
      </dl>
      {trust && <TrustNow trust={trust} />}
      {onRestart && <NewPassphrase onRestart={onRestart} />}
      <p className={styles.limits}>{t(model === "none" ? "protection.limitsInClear" : "protection.limits")}</p>
    </div>
  );
}
