import type { WaitingPerson } from "@sotto/client";
import { DoorClosed } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Banner } from "../../ui/Banner.tsx";
import { Button } from "../../ui/Button.tsx";

interface WaitingNoticeProps {
  waiting: readonly WaitingPerson[];
  onAdmit: (participantId: string) => void;
  /** Opens the list of who waits. */
  onShow: () => void;
}

/** Tells a host that somebody waits, until they do something about it or want to do it later; without a sound. */
export function WaitingNotice({ waiting, onAdmit, onShow }: WaitingNoticeProps) {
  const { t } = useTranslation("moderation");
  const [seen, setSeen] = useState<ReadonlySet<string>>(new Set());
  const newcomers = waiting.filter(({ participantId }) => !seen.has(participantId));
  const [newest] = newcomers;
  if (!newest) return null;
  const later = () => setSeen(new Set(waiting.map(({ participantId }) => participantId)));
  return (
    <Banner
      live
      icon={<DoorClosed />}
      action={
        <>
          <Button variant="quiet" onPress={later}>
            {t("waiting.later")}
          </Button>
          {waiting.length === 1 ? (
            <Button variant="primary" onPress={() => onAdmit(newest.participantId)}>
              {t("waiting.admit")}
            </Button>
          ) : (
            <Button variant="primary" onPress={onShow}>
              {t("waiting.show")}
            </Button>
          )}
        </>
      }
    >
      {waiting.length === 1
        ? t("waiting.one", { name: newest.name })
        : t("waiting.several", { name: newest.name, count: waiting.length - 1 })}
    </Banner>
  );
}
