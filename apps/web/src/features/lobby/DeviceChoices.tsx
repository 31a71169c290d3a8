import { canChooseSpeaker, playTestSound, type Device, type Devices } from "@sotto/client";
import type { LobbyAnswer } from "@sotto/protocol";
import { Mic, Video, Volume2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../../ui/Button.tsx";
import { Select } from "../../ui/Select.tsx";
import styles from "./DeviceChoices.module.css";

export interface DeviceChoicesProps {
  publish: LobbyAnswer["publish"];
  devices: Devices;
  chosen: Partial<Record<MediaDeviceKind, string>>;
  /** The tracks that are captured now: they tell which device is really used. */
  microphone: MediaStreamTrack | null;
  camera: MediaStreamTrack | null;
  onChoose: (kind: MediaDeviceKind, deviceId: string) => void;
}

/** Which microphone, camera and speaker; what the browser does not offer is not shown. */
export function DeviceChoices({ publish, devices, chosen, microphone, camera, onChoose }: DeviceChoicesProps) {
  const { t } = useTranslation("lobby");
  const { audioinput, videoinput, audiooutput } = devices;
  return (
    <div className={styles.choices}>
      {publish.includes("microphone") && (
        <DeviceSelect
          kind="audioinput"
          icon={<Mic aria-hidden="true" />}
          devices={audioinput}
          current={microphone?.getSettings().deviceId ?? chosen.audioinput}
          onChoose={onChoose}
        />
      )}
      {publish.includes("camera") && (
        <DeviceSelect
          kind="videoinput"
          icon={<Video aria-hidden="true" />}
          devices={videoinput}
          current={camera?.getSettings().deviceId ?? chosen.videoinput}
          onChoose={onChoose}
        />
      )}
      <div className={styles.speaker}>
        {canChooseSpeaker() && audiooutput.length > 0 ? (
          <DeviceSelect
            kind="audiooutput"
            icon={<Volume2 aria-hidden="true" />}
            devices={audiooutput}
            current={chosen.audiooutput}
            onChoose={onChoose}
          />
        ) : (
          <p className={styles.speakerNote}>{t("speaker.ofSystem")}</p>
        )}
        <TestSound deviceId={chosen.audiooutput} />
      </div>
    </div>
  );
}

interface DeviceSelectProps {
  kind: MediaDeviceKind;
  icon: React.ReactNode;
  devices: readonly Device[];
  current: string | undefined;
  onChoose: (kind: MediaDeviceKind, deviceId: string) => void;
}

function DeviceSelect({ kind, icon, devices, current, onChoose }: DeviceSelectProps) {
  const { t } = useTranslation("lobby");
  const options = devices.map(({ deviceId, label }, index) => ({
    id: deviceId,
    label: label || t("device.unnamed", { number: index + 1 }),
  }));
  const fallback = devices.find(({ deviceId }) => deviceId === "default") ?? devices[0];
  const used = devices.find(({ deviceId }) => deviceId === current) ?? fallback;
  return (
    <Select
      label={t(`device.${kind}`)}
      hideLabel
      icon={icon}
      options={options}
      value={used?.deviceId ?? null}
      placeholder={t(`device.${kind}`)}
      isDisabled={options.length === 0}
      onChange={(deviceId) => onChoose(kind, deviceId)}
    />
  );
}

function TestSound({ deviceId }: { deviceId: string | undefined }) {
  const { t } = useTranslation("lobby");
  const [state, setState] = useState<"silent" | "playing" | "failed">("silent");
  const play = async () => {
    setState("playing");
    try {
      await playTestSound(deviceId);
      setState("silent");
    } catch {
      // The browser does not say why a speaker refuses; the words name the usual remedy.
      setState("failed");
    }
  };
  return (
    <>
      <Button isDisabled={state === "playing"} onPress={() => void play()}>
        {t(state === "playing" ? "speaker.playing" : "speaker.test")}
      </Button>
      {state === "failed" && (
        <p role="status" className={styles.speakerNote}>
          {t("speaker.failed")}
        </p>
      )}
    </>
  );
}
