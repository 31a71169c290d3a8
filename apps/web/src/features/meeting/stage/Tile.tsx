import type { ShownReaction } from "@sotto/client";
import { Hand, MicOff, MonitorUp, Pin, PinOff, ShieldAlert, SignalLow, Sparkles, WifiOff } from "lucide-react";
import type { CSSProperties } from "react";
import { useTranslation } from "react-i18next";
import { Avatar } from "../../../ui/Avatar.tsx";
import { IconButton } from "../../../ui/IconButton.tsx";
import { TileCover } from "./TileCover.tsx";
import { TileReactions } from "./TileReactions.tsx";
import type { TileModel } from "./tileModels.ts";
import { TrackVideo } from "./TrackVideo.tsx";
import styles from "./Tile.module.css";

export interface TileProps {
  tile: TileModel;
  /** What the person reacted with in the last seconds. */
  reactions: readonly ShownReaction[];
  /** Whether the meeting is end-to-end encrypted; it changes what a covered tile says. */
  encrypted: boolean;
  pinned: boolean;
  /** Undefined where there is nothing to choose. */
  onTogglePin: ((id: string) => void) | undefined;
  style: CSSProperties;
}

/** One person or one shared screen. A picture is visible only while its status is `live`. */
export function Tile({ tile, reactions, encrypted, pinned, onTogglePin, style }: TileProps) {
  const { t } = useTranslation("meeting");
  const { picture } = tile;
  return (
    <li
      className={styles.tile}
      style={style}
      data-participant={tile.participantId}
      data-kind={tile.kind}
      data-picture={picture?.status ?? "none"}
      data-local={tile.isLocal || undefined}
      data-speaking={tile.speaking || undefined}
      data-away={tile.away || undefined}
    >
      {picture?.media && <TrackVideo media={picture.media} className={styles.video} />}
      {!picture && (
        <div className={styles.avatar}>
          <Avatar name={tile.name} seed={tile.participantId} size="xl" />
        </div>
      )}
      {picture && picture.status !== "live" && (
        <TileCover name={tile.name} status={picture.status} encrypted={encrypted} />
      )}
      <div className={styles.signs}>
        {tile.hand !== null && (
          <p className={styles.hand}>
            <Hand role="img" aria-label={t("tile.hand")} />
            {tile.hand}
          </p>
        )}
        <TileNote tile={tile} />
      </div>
      {tile.kind === "screen" ? <ScreenPlate tile={tile} /> : <PersonPlate tile={tile} />}
      {reactions.length > 0 && <TileReactions reactions={reactions} />}
      {onTogglePin && (
        <div className={styles.actions}>
          <IconButton
            label={t(pinned ? "tile.unpin" : "tile.pin", { name: tile.name })}
            tone="stage"
            placement="left"
            onPress={() => onTogglePin(tile.id)}
          >
            {pinned ? <PinOff aria-hidden="true" /> : <Pin aria-hidden="true" />}
          </IconButton>
        </div>
      )}
    </li>
  );
}

/** What is wrong with the connection of a person, at most one thing at a time. */
function TileNote({ tile }: { tile: TileModel }) {
  const { t } = useTranslation("meeting");
  if (!tile.away && !tile.weakness) return null;
  const Icon = tile.weakness === "poor" && !tile.away ? SignalLow : WifiOff;
  return (
    <p className={styles.note}>
      <Icon aria-hidden="true" />
      <span>{tile.away || !tile.weakness ? t("tile.away") : t(`tile.weakness.${tile.weakness}`)}</span>
    </p>
  );
}

/** Name and sound of a person, in words for everybody. */
function PersonPlate({ tile }: { tile: TileModel }) {
  const { t } = useTranslation("meeting");
  return (
    <p className={styles.plate}>
      {tile.microphone === "muted" && <MicOff role="img" aria-label={t("tile.muted")} />}
      {(tile.microphone === "undecryptable" || tile.microphone === "unencrypted") && (
        <ShieldAlert
          role="img"
          aria-label={t(tile.microphone === "unencrypted" ? "tile.soundUnencrypted" : "tile.soundUndecryptable")}
          className={styles.alert}
        />
      )}
      {tile.speaking && (
        <span role="img" aria-label={t("tile.speaking")} className={styles.bars}>
          <i />
          <i />
          <i />
        </span>
      )}
      {tile.inSpotlight && (
        <Sparkles
          role="img"
          aria-label={t(tile.isLocal ? "tile.ownSpotlight" : "tile.spotlight")}
          className={styles.spotlight}
        />
      )}
      <span className={styles.name} dir="auto">
        {tile.name}
      </span>
      {tile.isLocal && <span className={styles.you}>{t("tile.you")}</span>}
    </p>
  );
}

function ScreenPlate({ tile }: { tile: TileModel }) {
  const { t } = useTranslation("meeting");
  return (
    <p className={styles.plate}>
      <MonitorUp aria-hidden="true" />
      <span className={styles.name}>{t("tile.screenOf", { name: tile.name })}</span>
    </p>
  );
}
