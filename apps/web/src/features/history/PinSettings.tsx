import type { HistoryState } from "@sotto/client";
import { KeyRound } from "lucide-react";
import { useState, type SubmitEvent } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../../ui/Button.tsx";
import { TextField } from "../../ui/TextField.tsx";
import styles from "./HistorySettings.module.css";

export interface PinSettingsProps {
  protection: HistoryState["protection"];
  /** Protects with a PIN, or with none any more. Resolves to whether that could be done. */
  onSetPin: (pin: string | null) => Promise<boolean>;
  /** Resolves to whether it was the right one. */
  onUnlock: (pin: string) => Promise<boolean>;
}

const shortestPin = 6;

/** The PIN that keeps what is stored from whoever has the device. */
export function PinSettings({ protection, onSetPin, onUnlock }: PinSettingsProps) {
  const { t } = useTranslation("history");
  const [isSetting, setIsSetting] = useState(false);
  const [isRemoving, setIsRemoving] = useState(false);
  if (protection === "locked") return <Unlock onUnlock={onUnlock} />;
  const remove = () => {
    setIsRemoving(true);
    void onSetPin(null).finally(() => setIsRemoving(false));
  };
  return (
    <section className={styles.pin} aria-label={t("pin.title")}>
      <p className={styles.help}>{t(protection === "none" ? "pin.help" : "pin.isSet")}</p>
      {isSetting ? (
        <NewPin onSetPin={onSetPin} onDone={() => setIsSetting(false)} />
      ) : (
        <div className={styles.row}>
          <Button icon={<KeyRound aria-hidden="true" />} onPress={() => setIsSetting(true)}>
            {t(protection === "none" ? "pin.set" : "pin.change")}
          </Button>
          {protection === "unlocked" && (
            <Button variant="quiet" isPending={isRemoving} onPress={remove}>
              {t("pin.remove")}
            </Button>
          )}
        </div>
      )}
    </section>
  );
}

function Unlock({ onUnlock }: Pick<PinSettingsProps, "onUnlock">) {
  const { t } = useTranslation("history");
  const [pin, setPin] = useState("");
  const [state, setState] = useState<"asking" | "trying" | "wrong">("asking");
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    setState("trying");
    // When it was right, this is not here any more.
    void onUnlock(pin).then((isRight) => setState(isRight ? "asking" : "wrong"));
  };
  return (
    <section className={styles.pin} aria-label={t("pin.title")}>
      <p className={styles.help}>{t("pin.locked")}</p>
      <form onSubmit={submit}>
        <TextField
          label={t("pin.label")}
          type="password"
          autoComplete="off"
          value={pin}
          onChange={(text) => {
            setPin(text);
            setState("asking");
          }}
          isInvalid={state === "wrong"}
          errorMessage={t("pin.wrong")}
        />
        <div className={styles.row}>
          <Button type="submit" variant="primary" isPending={state === "trying"} isDisabled={pin === ""}>
            {t("pin.unlock")}
          </Button>
        </div>
      </form>
    </section>
  );
}

function NewPin({ onSetPin, onDone }: Pick<PinSettingsProps, "onSetPin"> & { onDone: () => void }) {
  const { t } = useTranslation("history");
  const [pin, setPin] = useState("");
  const [again, setAgain] = useState("");
  const [problem, setProblem] = useState<"short" | "differs" | "failed" | null>(null);
  const [isBusy, setIsBusy] = useState(false);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (pin.trim().length < shortestPin) return setProblem("short");
    if (pin !== again) return setProblem("differs");
    setIsBusy(true);
    void onSetPin(pin).then((isDone) => {
      setIsBusy(false);
      if (isDone) onDone();
      else setProblem("failed");
    });
    return undefined;
  };
  const change = (set: (text: string) => void) => (text: string) => {
    set(text);
    setProblem(null);
  };
  return (
    <form ref={focusFirst} onSubmit={submit}>
      <TextField
        label={t("pin.label")}
        description={t("pin.advice")}
        type="password"
        autoComplete="new-password"
        value={pin}
        onChange={change(setPin)}
        isInvalid={problem === "short"}
        errorMessage={t("pin.short", { count: shortestPin })}
      />
      <TextField
        label={t("pin.again")}
        type="password"
        autoComplete="new-password"
        value={again}
        onChange={change(setAgain)}
        isInvalid={problem === "differs" || problem === "failed"}
        errorMessage={t(problem === "failed" ? "pin.failed" : "pin.differs")}
      />
      <div className={styles.row}>
        <Button variant="quiet" onPress={onDone} isDisabled={isBusy}>
          {t("pin.cancel")}
        </Button>
        <Button type="submit" variant="primary" isPending={isBusy}>
          {t("pin.save")}
        </Button>
      </div>
    </form>
  );
}

/** Whoever opens it means to type. */
function focusFirst(form: HTMLFormElement | null): void {
  form?.querySelector("input")?.focus();
}
