import type { ClientErrorCode, Devices, PreviewSource } from "@sotto/client";
import type { LobbyAnswer } from "@sotto/protocol";
import { CircleAlert } from "lucide-react";
import { useState } from "react";
import { Form } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { Banner } from "../../ui/Banner.tsx";
import { Button } from "../../ui/Button.tsx";
import { TextField } from "../../ui/TextField.tsx";
import { DeviceChoices } from "./DeviceChoices.tsx";
import styles from "./LobbyView.module.css";
import { PreviewTile } from "./PreviewTile.tsx";
import { Protection } from "./Protection.tsx";

/** A microphone or camera as the view sees it. */
export type LobbySource = PreviewSource<MediaStreamTrack>;

export interface LobbyViewProps {
  lobby: LobbyAnswer;
  name: string;
  onNameChange: (name: string) => void;
  microphone: LobbySource;
  camera: LobbySource;
  devices: Devices;
  /** Preferred device by kind; one that is gone counts as none. */
  chosen: Partial<Record<MediaDeviceKind, string>>;
  isJoining: boolean;
  failure: ClientErrorCode | null;
  onToggle: (source: "microphone" | "camera") => void;
  onChooseDevice: (kind: MediaDeviceKind, deviceId: string) => void;
  onJoin: () => void;
}

const longestName = 100;

export function LobbyView(props: LobbyViewProps) {
  const { lobby, name, onNameChange, microphone, camera, devices, chosen, isJoining, failure } = props;
  const { onToggle, onChooseDevice, onJoin } = props;
  const { t } = useTranslation("lobby");
  const hasName = name.trim() !== "";
  const [isNameMissed, setNameMissed] = useState(false);
  return (
    <div className={styles.lobby}>
      <header className={styles.heading}>
        <h1 className={styles.title}>{lobby.title || t("untitled")}</h1>
        <p className={styles.role}>{t(lobby.role === "host" ? "youHost" : "youJoin")}</p>
      </header>
      <PreviewTile
        name={name}
        publish={lobby.publish}
        microphone={microphone}
        camera={camera}
        isDisabled={isJoining}
        onToggle={onToggle}
      />
      <Form
        className={styles.side ?? ""}
        validationBehavior="aria"
        onSubmit={(event) => {
          event.preventDefault();
          setNameMissed(!hasName);
          if (hasName && !isJoining) onJoin();
        }}
      >
        {lobby.mayRename ? (
          <TextField
            label={t("name.label")}
            description={t("name.description")}
            value={name}
            onChange={(value) => {
              setNameMissed(false);
              onNameChange(value);
            }}
            isInvalid={isNameMissed}
            errorMessage={t("name.missing")}
            maxLength={longestName}
            autoComplete="name"
            isDisabled={isJoining}
            // The one thing to fill in here. Not where that would push a keyboard over the picture.
            // oxlint-disable-next-line jsx-a11y/no-autofocus
            autoFocus={window.matchMedia("(pointer: fine)").matches}
          />
        ) : (
          <p className={styles.joiningAs}>{t("name.fixed", { name })}</p>
        )}
        <Protection model={lobby.e2eeModel} />
        {failure !== null && (
          <Banner live tone="danger" icon={<CircleAlert />}>
            {t(failureWords(failure))}
          </Banner>
        )}
        <Button type="submit" variant="primary" size="l" wide isPending={isJoining}>
          {isJoining ? t("joining") : t("join")}
        </Button>
      </Form>
      <DeviceChoices
        publish={lobby.publish}
        devices={devices}
        chosen={chosen}
        microphone={microphone.track}
        camera={camera.track}
        onChoose={onChooseDevice}
      />
    </div>
  );
}

function failureWords(code: ClientErrorCode) {
  switch (code) {
    case "room_full":
      return "failure.full";
    case "media_unavailable":
      return "failure.media";
    case "rate_limited":
      return "failure.busy";
    default:
      return "failure.server";
  }
}
