import { MonitorUp } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Banner } from "../../ui/Banner.tsx";
import { Button } from "../../ui/Button.tsx";

/** Reminds whoever shares their screen that everybody sees it. */
export function SharingNotice({ onStop }: { onStop: () => void }) {
  const { t } = useTranslation("meeting");
  return (
    <Banner live tone="protected" icon={<MonitorUp />} action={<Button onPress={onStop}>{t("sharing.stop")}</Button>}>
      {t("sharing.note")}
    </Banner>
  );
}
