import { Mic, Video } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Banner } from "../../ui/Banner.tsx";
import { Button } from "../../ui/Button.tsx";

interface AskedNoticeProps {
  source: "microphone" | "camera";
  /** The host who asks. */
  name: string;
  onAccept: () => void;
  onDismiss: () => void;
}

/** A host asks for sound or picture. It takes no focus: nobody is switched on by a key they pressed for something else. */
export function AskedNotice({ source, name, onAccept, onDismiss }: AskedNoticeProps) {
  const { t } = useTranslation("moderation");
  return (
    <Banner
      live
      icon={source === "microphone" ? <Mic /> : <Video />}
      action={
        <>
          <Button variant="quiet" onPress={onDismiss}>
            {t("asked.dismiss")}
          </Button>
          <Button variant="primary" onPress={onAccept}>
            {t(`asked.accept.${source}`)}
          </Button>
        </>
      }
    >
      {t(`asked.${source}`, { name })}
    </Banner>
  );
}
