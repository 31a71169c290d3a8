import { reactions, type Reaction } from "@sotto/protocol";
import { SmilePlus } from "lucide-react";
import { useState } from "react";
import { Dialog, DialogTrigger, Popover } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { IconButton } from "../../ui/IconButton.tsx";
import listStyles from "../../ui/List.module.css";
import { ReactionIcon } from "../../ui/ReactionIcon.tsx";
import styles from "./ReactionControl.module.css";

export interface ReactionControlProps {
  /** False where the meeting does not allow it to us. */
  isAllowed: boolean;
  onReact: (reaction: Reaction) => void;
}

/** A button that opens the reactions; the picker stays open, because one clap is rarely enough. */
export function ReactionControl({ isAllowed, onReact }: ReactionControlProps) {
  const { t } = useTranslation(["controls", "ui"]);
  const [isOpen, setIsOpen] = useState(false);
  return (
    <DialogTrigger isOpen={isOpen} onOpenChange={setIsOpen}>
      <IconButton
        label={t(isAllowed ? "reactions.open" : "reactions.locked")}
        tone={isOpen ? "active" : "solid"}
        size="l"
        isDisabled={!isAllowed}
      >
        <SmilePlus aria-hidden="true" />
      </IconButton>
      <Popover className={listStyles.popover ?? ""} placement="top" offset={8}>
        <Dialog aria-label={t("reactions.open")} className={styles.picker ?? ""}>
          {reactions.map((reaction) => (
            <IconButton key={reaction} label={t(`ui:reaction.${reaction}`)} onPress={() => onReact(reaction)}>
              <ReactionIcon reaction={reaction} />
            </IconButton>
          ))}
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}
