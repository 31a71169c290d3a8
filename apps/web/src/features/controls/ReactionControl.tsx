import { reactions, type Reaction } from "@sotto/protocol";
import { Hand, SmilePlus } from "lucide-react";
import { useState } from "react";
import { Dialog, DialogTrigger, Popover } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { Button } from "../../ui/Button.tsx";
import { IconButton } from "../../ui/IconButton.tsx";
import listStyles from "../../ui/List.module.css";
import { ReactionIcon } from "../../ui/ReactionIcon.tsx";
import type { HandControlProps } from "./HandControl.tsx";
import styles from "./ReactionControl.module.css";

export interface ReactionControlProps {
  /** False while they are locked for us. */
  isAllowed: boolean;
  onReact: (reaction: Reaction) => void;
  /** Called when somebody presses the button although they may not react. */
  onLocked: () => void;
}

/**
 * A button that opens the reactions; the picker stays open, because one clap is rarely enough. Where there is no room for
 * another button, the own hand is in it too.
 */
export function ReactionControl({
  isAllowed,
  onReact,
  onLocked,
  hand,
}: ReactionControlProps & { hand: HandControlProps | undefined }) {
  const { t } = useTranslation(["controls", "ui"]);
  const [isOpen, setIsOpen] = useState(false);
  const isLocked = !isAllowed && !hand;
  return (
    <DialogTrigger isOpen={isOpen} onOpenChange={(open) => (isLocked ? onLocked() : setIsOpen(open))}>
      <IconButton
        label={t(isLocked ? "reactions.locked" : wordsOf(hand))}
        tone={isOpen || hand?.isRaised ? "active" : "solid"}
        size="l"
        isLocked={isLocked}
      >
        {hand?.isRaised ? <Hand aria-hidden="true" /> : <SmilePlus aria-hidden="true" />}
      </IconButton>
      <Popover className={listStyles.popover ?? ""} placement="top" offset={8}>
        <Dialog aria-label={t(hand ? "reactions.withHand" : "reactions.open")} className={styles.dialog ?? ""}>
          {isAllowed && (
            <div className={styles.picker}>
              {reactions.map((reaction) => (
                <IconButton key={reaction} label={t(`ui:reaction.${reaction}`)} onPress={() => onReact(reaction)}>
                  <ReactionIcon reaction={reaction} />
                </IconButton>
              ))}
            </div>
          )}
          {hand && (
            <Button
              variant={hand.isRaised ? "primary" : "secondary"}
              wide
              icon={<Hand aria-hidden="true" />}
              onPress={() => {
                hand.onToggle();
                setIsOpen(false);
              }}
            >
              {t(hand.isRaised ? "hand.lower" : "hand.raise")}
            </Button>
          )}
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}

function wordsOf(hand: HandControlProps | undefined) {
  if (!hand) return "reactions.open";
  return hand.isRaised ? "reactions.handIsUp" : "reactions.withHand";
}
