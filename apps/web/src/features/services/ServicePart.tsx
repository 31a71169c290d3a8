import type { JoiningService } from "@sotto/protocol";
import { useId } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../../ui/Button.tsx";
import { Switch } from "../../ui/Switch.tsx";
import { timeFormat } from "../../ui/timeFormat.ts";
import type { ServiceView } from "./ServiceView.ts";
import styles from "./Services.module.css";

interface ServicePartProps {
  service: JoiningService;
  view: ServiceView;
  isHost: boolean;
  onStart: () => void;
  onStop: () => void;
  onAnswer: (agreed: boolean) => void;
}

/** One service: how it stands, why not, who agreed, and the button for it. */
export function ServicePart({ service, view, isHost, onStart, onStop, onAnswer }: ServicePartProps) {
  const { t, i18n } = useTranslation("services");
  const titleId = useId();
  const { state, refusal, ownAnswer, answers } = view;
  const names = new Intl.ListFormat(i18n.language);
  const isOff = state.state === "off";
  return (
    <section className={styles.part} aria-labelledby={titleId}>
      <div className={styles.head}>
        <h3 id={titleId}>{t(`${service}.title`)}</h3>
        {isHost && refusal === null && (
          <Button variant={isOff ? "primary" : "danger"} onPress={isOff ? onStart : onStop}>
            {t(isOff ? `${service}.start` : `${service}.stop`)}
          </Button>
        )}
      </div>
      <p>{refusal === null ? <Standing service={service} view={view} /> : t(`${service}.${refusal}`)}</p>
      {isOff && refusal === null && isHost && <p className={styles.hint}>{t("startHint")}</p>}
      {!isOff && (
        <Switch isSelected={ownAnswer === true} onChange={onAnswer}>
          {t(`${service}.agree`)}
        </Switch>
      )}
      {answers.refused.length > 0 && (
        <p className={styles.hint}>{t("refused", { names: names.format(answers.refused) })}</p>
      )}
      {answers.open.length > 0 && <p className={styles.hint}>{t("open", { names: names.format(answers.open) })}</p>}
    </section>
  );
}

function Standing({ service, view: { state } }: Pick<ServicePartProps, "service" | "view">) {
  const { t, i18n } = useTranslation("services");
  const names = new Intl.ListFormat(i18n.language);
  if (state.state === "asking") return t(`asking.${service}`);
  if (state.state === "on") {
    const since = timeFormat(i18n.language, { timeStyle: "short" }).format(state.since);
    return state.startedBy === null
      ? t(`on.${service}`, { since })
      : t(`onBy.${service}`, { since, name: state.startedBy });
  }
  if (state.failure === null) return t(`${service}.off`);
  return state.failure.code === "unavailable"
    ? t(`${service}.unavailable`)
    : t("consentMissing", { names: names.format(state.failure.people) });
}
