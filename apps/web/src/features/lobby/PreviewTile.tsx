import type { DeviceError } from "@sotto/client";
import type { LobbyAnswer } from "@sotto/protocol";
import { Mic, MicOff, Video, VideoOff } from "lucide-react";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { Avatar } from "../../ui/Avatar.tsx";
import { Button } from "../../ui/Button.tsx";
import { IconButton } from "../../ui/IconButton.tsx";
import { Spinner } from "../../ui/Spinner.tsx";
import { LevelBars } from "./LevelBars.tsx";
import type { LobbySource } from "./LobbyView.tsx";
import styles from "./PreviewTile.module.css";

export interface PreviewTileProps {
  name: string;
  publish: LobbyAnswer["publish"];
  microphone: LobbySource;
  camera: LobbySource;
  isDisabled: boolean;
  onToggle: (source: "microphone" | "camera") => void;
}

/** The own picture, mirrored as in a mirror, with the two switches and what is wrong with either. */
export function PreviewTile({ name, publish, microphone, camera, isDisabled, onToggle }: PreviewTileProps) {
  const { t } = useTranslation("lobby");
  const isAsking = (microphone.pending || camera.pending) && camera.track === null;
  return (
    <section className={styles.preview} aria-label={t("preview.label")}>
      <div className={styles.tile}>
        {camera.track ? (
          <Picture track={camera.track} label={t("preview.picture")} />
        ) : (
          <div className={styles.cover}>
            {isAsking ? <Spinner size="l" /> : <Avatar name={name} size="xl" />}
            <p role="status">{isAsking ? t("preview.asking") : t("preview.cameraOff")}</p>
          </div>
        )}
        {microphone.track && (
          <div className={styles.level}>
            <LevelBars track={microphone.track} />
          </div>
        )}
        <div className={styles.switches}>
          {publish.includes("microphone") && (
            <IconButton
              size="l"
              label={t(microphone.track ? "microphone.off" : "microphone.on")}
              tone={microphone.track || microphone.pending ? "stage" : "off"}
              isDisabled={isDisabled}
              onPress={() => onToggle("microphone")}
            >
              {microphone.track || microphone.pending ? <Mic aria-hidden="true" /> : <MicOff aria-hidden="true" />}
            </IconButton>
          )}
          {publish.includes("camera") && (
            <IconButton
              size="l"
              label={t(camera.track ? "camera.off" : "camera.on")}
              tone={camera.track || camera.pending ? "stage" : "off"}
              isDisabled={isDisabled}
              onPress={() => onToggle("camera")}
            >
              {camera.track || camera.pending ? <Video aria-hidden="true" /> : <VideoOff aria-hidden="true" />}
            </IconButton>
          )}
        </div>
      </div>
      <SourceErrors microphone={microphone.error} camera={camera.error} onToggle={onToggle} />
    </section>
  );
}

function Picture({ track, label }: { track: MediaStreamTrack; label: string }) {
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    const element = video.current;
    if (!element) return;
    element.srcObject = new MediaStream([track]);
    return () => {
      element.srcObject = null;
    };
  }, [track]);
  return <video ref={video} className={styles.picture} aria-label={label} autoPlay muted playsInline />;
}

type SourceErrorsProps = Record<"microphone" | "camera", DeviceError | null> & Pick<PreviewTileProps, "onToggle">;

/** One sentence per source that could not start; one for both when the browser refused both. */
function SourceErrors({ microphone, camera, onToggle }: SourceErrorsProps) {
  const { t } = useTranslation("lobby");
  const isBothDenied = microphone === "permission_denied" && camera === "permission_denied";
  const rows = isBothDenied
    ? ([["camera", t("error.bothDenied")]] as const)
    : ([
        ["microphone", microphone && t(`error.microphone.${microphone}`)],
        ["camera", camera && t(`error.camera.${camera}`)],
      ] as const);
  const retry = (source: "microphone" | "camera") => {
    onToggle(source);
    if (isBothDenied) onToggle("microphone");
  };
  return (
    <ul className={styles.errors} aria-live="polite">
      {rows.map(
        ([source, words]) =>
          words !== null && (
            <li key={source} className={styles.error}>
              <span>{words}</span>
              <Button onPress={() => retry(source)}>{t("error.retry")}</Button>
            </li>
          ),
      )}
    </ul>
  );
}
