import { Hand, MicOff, SlidersHorizontal } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Button } from "../../ui/Button.tsx";
import type { HostActions } from "./HostActions.ts";
import styles from "./PeopleView.module.css";

interface HostToolsProps {
  actions: HostActions;
  hasHands: boolean;
  onRules: () => void;
}

/** What a host does about everybody at once. */
export function HostTools({ actions, hasHands, onRules }: HostToolsProps) {
  const { t } = useTranslation("people");
  return (
    <div role="group" aria-label={t("tools.label")} className={styles.tools}>
      <Button icon={<MicOff aria-hidden="true" />} onPress={() => void actions.stop(null, "microphone")}>
        {t("tools.muteAll")}
      </Button>
      {hasHands && (
        <Button icon={<Hand aria-hidden="true" />} onPress={() => void actions.lowerHand(null)}>
          {t("tools.lowerHands")}
        </Button>
      )}
      <Button icon={<SlidersHorizontal aria-hidden="true" />} onPress={onRules}>
        {t("tools.rules")}
      </Button>
    </div>
  );
}
