import type { ClientErrorCode, Devices, PreviewSource } from "@sotto/client";
import type { LobbyAnswer } from "@sotto/protocol";
import { CircleAlert } from "lucide-react";
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
  return (
    <div className={styles.lobby}>
      <header className={styles.heading}>
        <h1 className={styles.title}>{lobby.title}</h1>
        <p className={styles.role}>{t(lobby.role === "host" ? "youHost" : "youJoin")}</p>
      </header>
      <PreviewTile
        name={hasName ? name : t("you")}
        publish={lobby.publish}
        microphone={microphone}
        camera={camera}
        isDisabled={isJoining}
        onToggle={onToggle}
      />
      <Form
        className={styles.side ?? ""}
        onSubmit={(event) => {
          event.preventDefault();
          if (hasName && !isJoining) onJoin();
        }}
      >
        {lobby.mayRename ? (
          <TextField
            label={t("name.label")}
            description={t("name.description")}
            value={name}
            onChange={onNameChange}
            maxLength={longestName}
            autoComplete="name"
            isDisabled={isJoining}
            // The one thing to fill in here; everything before it is decoration or settings.
            // oxlint-disable-next-line jsx-a11y/no-autofocus
            autoFocus
          />
        ) : (
          <p className={styles.joiningAs}>{t("name.fixed", { name })}</p>
        )}
        <DeviceChoices
          publish={lobby.publish}
          devices={devices}
          chosen={chosen}
          microphone={microphone.track}
          camera={camera.track}
          onChoose={onChooseDevice}
        />
        <Protection model={lobby.e2eeModel} />
        {failure !== null && (
          <Banner live tone="danger" icon={<CircleAlert />}>
            {t(failureWords(failure))}
          </Banner>
        )}
        <div className={styles.join}>
          <Button type="submit" variant="primary" size="l" wide isDisabled={!hasName} isPending={isJoining}>
            {isJoining ? t("joining") : t("join")}
          </Button>
        </div>
      </Form>
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
