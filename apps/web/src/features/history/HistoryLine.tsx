import type { HistoryState, Retention } from "@sotto/client";
import { History, KeyRound, TriangleAlert } from "lucide-react";
import type { TFunction } from "i18next";
import { Button } from "react-aria-components";
import { useTranslation } from "react-i18next";
import styles from "./HistoryLine.module.css";

export interface HistoryLineProps {
  state: HistoryState;
  retention: Retention;
  onOpen: () => void;
}

/** Says in a few words how long this browser keeps the chat; a press opens what can be done about it. */
export function HistoryLine({ state, retention, onOpen }: HistoryLineProps) {
  const { t } = useTranslation("history");
  const isCalm = state.storage === "working" && state.protection !== "locked";
  const Icon = isCalm ? History : state.storage === "working" ? KeyRound : TriangleAlert;
  return (
    <Button className={styles.line ?? ""} onPress={onOpen} data-calm={isCalm || undefined} aria-haspopup="dialog">
      <Icon aria-hidden="true" />
      <span>{wordsOf(t, state, retention)}</span>
    </Button>
  );
}

function wordsOf(t: TFunction<"history">, { storage, protection }: HistoryState, retention: Retention): string {
  if (retention === "nothing") return t("line.nothing");
  if (storage !== "working") return t(`line.${storage}`);
  return protection === "locked" ? t("line.locked") : t(`line.${retention}`);
}
