import { VolumeX } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Banner } from "../../../ui/Banner.tsx";
import { Button } from "../../../ui/Button.tsx";

/** Browsers play no sound before the first click on a page; this asks for it. */
export function SoundBlocked({ onUnblock }: { onUnblock: () => void }) {
  const { t } = useTranslation("meeting");
  return (
    <Banner
      live
      tone="warning"
      icon={<VolumeX />}
      action={
        <Button variant="primary" onPress={onUnblock}>
          {t("sound.unblock")}
        </Button>
      }
    >
      {t("sound.blocked")}
    </Banner>
  );
}
