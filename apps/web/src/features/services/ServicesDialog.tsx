import type { JoiningService } from "@sotto/protocol";
import { useTranslation } from "react-i18next";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { LocalRecordingPart, type LocalRecordingPartProps } from "./LocalRecordingPart.tsx";
import { ServicePart } from "./ServicePart.tsx";
import type { ServiceView } from "./ServiceView.ts";
import styles from "./Services.module.css";

export interface ServicesDialogProps {
  services: Readonly<Record<JoiningService, ServiceView>>;
  isHost: boolean;
  onStart: (service: JoiningService) => void;
  onStop: (service: JoiningService) => void;
  onAnswer: (service: JoiningService, agreed: boolean) => void;
  /** Undefined for whoever may not record on their own device. */
  local: LocalRecordingPartProps | undefined;
  onClose: () => void;
}

/** What records or transcribes the meeting, and what the person can do about it. */
export function ServicesDialog(props: ServicesDialogProps) {
  const { services, isHost, onStart, onStop, onAnswer, local, onClose } = props;
  const { t } = useTranslation("services");
  return (
    <Dialog title={t("title")} isOpen onOpenChange={onClose} actions={<Button onPress={onClose}>{t("done")}</Button>}>
      <div className={styles.parts}>
        {(["recording", "transcription"] as const).map((service) => (
          <ServicePart
            key={service}
            service={service}
            view={services[service]}
            isHost={isHost}
            onStart={() => onStart(service)}
            onStop={() => onStop(service)}
            onAnswer={(agreed) => onAnswer(service, agreed)}
          />
        ))}
        {local && <LocalRecordingPart {...local} />}
      </div>
    </Dialog>
  );
}
