import { Hand } from "lucide-react";
import { useTranslation } from "react-i18next";
import { IconButton } from "../../ui/IconButton.tsx";
import type { MeetingAction } from "./shortcuts.ts";

export interface HandControlProps {
  isRaised: boolean;
  withKey: (label: string, action: MeetingAction) => string;
  onToggle: () => void;
}

/** Raises the own hand, and takes it down. */
export function HandControl({ isRaised, withKey, onToggle }: HandControlProps) {
  const { t } = useTranslation("controls");
  return (
    <IconButton
      label={withKey(t(isRaised ? "hand.lower" : "hand.raise"), "hand")}
      tone={isRaised ? "active" : "solid"}
      size="l"
      onPress={onToggle}
    >
      <Hand aria-hidden="true" />
    </IconButton>
  );
}
