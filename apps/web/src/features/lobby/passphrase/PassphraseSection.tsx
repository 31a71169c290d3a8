import type { LobbyAnswer } from "@sotto/protocol";
import { Hourglass, KeyRound } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Banner } from "../../../ui/Banner.tsx";
import { EnterPassphrase } from "./EnterPassphrase.tsx";
import { OpenWithPassphrase } from "./OpenWithPassphrase.tsx";
import styles from "./Passphrase.module.css";
import { passphraseTask, type DraftIssue, type PassphraseDraft } from "./PassphraseDraft.ts";

export interface PassphraseSectionProps {
  passphrase: NonNullable<LobbyAnswer["passphrase"]>;
  draft: PassphraseDraft;
  onChange: (draft: PassphraseDraft) => void;
  issue: DraftIssue | null;
  /** Who opened the meeting with another passphrase than the one just tried; null before and otherwise. */
  wrongFor: string | null;
  /** Whether the person was in the meeting when it began again. */
  wasRestarted: boolean;
  isJoining: boolean;
  onRestart: (() => void) | undefined;
}

/** The passphrase in the lobby, whatever there is to do about it. */
export function PassphraseSection(props: PassphraseSectionProps) {
  const { passphrase, draft, onChange, issue, wrongFor, wasRestarted, isJoining } = props;
  const { t } = useTranslation("lobby");
  const [isShown, setShown] = useState(false);
  const task = passphraseTask(passphrase);
  const error = issue === "missing" || issue === "unusable" ? t(`passphrase.issue.${issue}`) : null;
  return (
    <div className={styles.passphrase}>
      {wasRestarted && (
        <Banner live icon={<KeyRound />} title={t("passphrase.restarted.title")}>
          {t("passphrase.restarted.text")}
        </Banner>
      )}
      {task === "wait" && (
        <Banner live icon={<Hourglass />} title={t("passphrase.closed.title")}>
          {t("passphrase.closed.text")}
        </Banner>
      )}
      {task === "open" && (
        <OpenWithPassphrase
          draft={draft}
          onChange={onChange}
          issue={issue}
          isShown={isShown}
          onShow={setShown}
          isDisabled={isJoining}
        />
      )}
      {task === "enter" && (
        <EnterPassphrase
          openedBy={passphrase.openedBy ?? ""}
          text={draft.text}
          onChange={(text) => onChange({ ...draft, text })}
          error={wrongFor === null ? error : t("passphrase.wrong", { name: wrongFor })}
          isShown={isShown}
          onShow={setShown}
          isDisabled={isJoining}
          onRestart={props.onRestart}
        />
      )}
    </div>
  );
}
