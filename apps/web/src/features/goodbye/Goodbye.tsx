import type { LeaveReason } from "@sotto/client";
import { DoorClosed, DoorOpen, MonitorSmartphone, ShieldAlert, Unplug, UserRoundX } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../../ui/Button.tsx";
import { Notice } from "../../ui/Notice.tsx";

export interface GoodbyeProps {
  reason: LeaveReason;
  /** The meeting's title, or empty. */
  title: string;
  /** `seat`: the own place is still free; `lobby`: in again by the meeting's link; null: no way back. */
  wayBack: "seat" | "lobby" | null;
  /** Where the integrator wants people to go on, or empty. */
  logoutUrl: string;
  /** For hosts: what is left of the meeting; it says that better than this page could. */
  receipt: ReactNode;
  onBack: () => void;
  onHome: () => void;
}

const icons: Partial<Record<LeaveReason, ReactNode>> = {
  replaced: <MonitorSmartphone />,
  removed: <UserRoundX />,
  refused: <DoorClosed />,
  identity_mismatch: <ShieldAlert />,
  connection_lost: <Unplug />,
  server_shutdown: <Unplug />,
};

/** Nothing is left of these meetings on the server; the person may want to know. */
const overForAll: readonly LeaveReason[] = ["ended_by_host", "ended_by_api", "empty", "duration_over", "session_ended"];

/** After a meeting: what happened, and where to go from here. */
export function Goodbye({ reason, title, wayBack, logoutUrl, receipt, onBack, onHome }: GoodbyeProps) {
  const { t } = useTranslation("goodbye");
  const next = webAddress(logoutUrl);
  /** After leaving on purpose, going on is likelier than going back. */
  const isBackBetter = wayBack !== null && reason !== "left";
  return (
    <Notice
      icon={icons[reason] ?? <DoorOpen />}
      eyebrow={title}
      title={t(`${reason}.title`)}
      actions={
        <>
          {wayBack !== null && (
            <Button variant={isBackBetter ? "primary" : "secondary"} size="l" onPress={onBack}>
              {reason === "replaced" ? t("continueHere") : t("back")}
            </Button>
          )}
          {next === null ? (
            <Button variant={isBackBetter ? "secondary" : "primary"} size="l" onPress={onHome}>
              {t("home")}
            </Button>
          ) : (
            <Button
              variant={isBackBetter ? "secondary" : "primary"}
              size="l"
              onPress={() => window.location.assign(next)}
            >
              {t("next", { host: next.host })}
            </Button>
          )}
        </>
      }
    >
      <p>{t(`${reason}.text`)}</p>
      {receipt ?? (overForAll.includes(reason) && <p>{t("nothingLeft")}</p>)}
    </Notice>
  );
}

/** The address when it is one of the web; anything else (`javascript:`, say) is none. */
function webAddress(address: string): URL | null {
  if (!URL.canParse(address)) return null;
  const url = new URL(address);
  return url.protocol === "https:" || url.protocol === "http:" ? url : null;
}
