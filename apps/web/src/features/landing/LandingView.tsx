import type { ClientErrorCode } from "@sotto/client";
import { Landmark, ShieldAlert, Unplug, Video } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Banner } from "../../ui/Banner.tsx";
import { Button } from "../../ui/Button.tsx";
import { RadioGroup } from "../../ui/RadioGroup.tsx";
import styles from "./LandingView.module.css";
import { PasteLink, type LinkProblem } from "./PasteLink.tsx";
import { PlainWords } from "./PlainWords.tsx";
import { VoicePath } from "./VoicePath.tsx";

export type LinkRoute = { readonly kind: string };

/** Whether a visitor can open a meeting here. */
export type OpenState =
  | { readonly status: "asking" | "ready" | "opening" | "invitedOnly" }
  | { readonly status: "failed"; readonly code: ClientErrorCode };

/** Who holds the key of a new meeting. */
export type KeyChoice = "server" | "passphrase";

export interface LandingViewProps {
  open: OpenState;
  /** Whether the browser gives this address camera and encryption. */
  isSecure: boolean;
  onStart: (keyModel: KeyChoice) => void;
  onRetry: () => void;
  onFollow: (text: string) => LinkProblem | null;
}

/** What Sotto is, the way into a meeting, and in plain words who can listen in. */
export function LandingView({ open, isSecure, onStart, onRetry, onFollow }: LandingViewProps) {
  const { t } = useTranslation("landing");
  return (
    <div className={styles.landing}>
      <section className={styles.hero}>
        <div className={styles.intro}>
          <h1 className={styles.headline}>{t("headline")}</h1>
          <p className={styles.lead}>{t("lead")}</p>
        </div>
        <div className={styles.start}>
          {!isSecure && (
            <Banner tone="danger" icon={<ShieldAlert />} title={t("insecure.title")}>
              {t("insecure.text")}
            </Banner>
          )}
          <OpenMeeting open={open} onStart={onStart} onRetry={onRetry} />
          <PasteLink onFollow={onFollow} />
        </div>
      </section>
      <VoicePath />
      <PlainWords />
    </div>
  );
}

function OpenMeeting({ open, onStart, onRetry }: Pick<LandingViewProps, "open" | "onStart" | "onRetry">) {
  const { t } = useTranslation("landing");
  const [key, setKey] = useState<KeyChoice>("server");
  switch (open.status) {
    case "invitedOnly":
      return (
        <Banner icon={<Landmark />} title={t("invitedOnly.title")}>
          {t("invitedOnly.text")}
        </Banner>
      );
    case "failed":
      return (
        <Banner
          live
          tone="warning"
          icon={<Unplug />}
          title={t(open.code === "server_unreachable" ? "unreachable.title" : "refused.title")}
          action={<Button onPress={onRetry}>{t("retry")}</Button>}
        >
          {t(open.code === "server_unreachable" ? "unreachable.text" : "refused.text")}
        </Banner>
      );
    case "asking":
    case "ready":
    case "opening":
      return (
        <div className={styles.open}>
          <Button
            variant="primary"
            size="l"
            wide
            icon={<Video aria-hidden="true" />}
            isDisabled={open.status === "asking"}
            isPending={open.status === "opening"}
            onPress={() => onStart(key)}
          >
            {t("start")}
          </Button>
          <RadioGroup
            label={t("key.label")}
            choices={(["server", "passphrase"] as const).map((value) => ({
              value,
              label: t(`key.${value}.label`),
              description: t(`key.${value}.description`),
            }))}
            value={key}
            onChange={setKey}
            isDisabled={open.status === "opening"}
          />
        </div>
      );
  }
}
