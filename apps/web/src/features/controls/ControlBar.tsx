import type { Devices, LocalMediaState } from "@sotto/client";
import type { TFunction } from "i18next";
import {
  AtSign,
  CircleDot,
  EllipsisVertical,
  Link,
  LogOut,
  MessageCircle,
  Mic,
  MicOff,
  MonitorUp,
  MonitorX,
  Settings,
  Users,
  Video,
  VideoOff,
} from "lucide-react";
import { Toolbar } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { IconButton } from "../../ui/IconButton.tsx";
import { Menu, MenuItem } from "../../ui/Menu.tsx";
import { useMediaQuery } from "../../ui/useMediaQuery.ts";
import styles from "./ControlBar.module.css";
import { HandControl } from "./HandControl.tsx";
import { LeaveControl } from "./LeaveControl.tsx";
import { ReactionControl, type ReactionControlProps } from "./ReactionControl.tsx";
import { SourceControl } from "./SourceControl.tsx";
import type { MeetingAction } from "./shortcuts.ts";
import { sourceWords, type Unlockable } from "./sourceWords.ts";

export type PanelName = "people" | "chat";

export interface ControlBarProps {
  media: LocalMediaState;
  /** What hosts could allow where it is not allowed. */
  unlockable: Unlockable;
  devices: Devices;
  /** Whether this browser can share a screen; phones cannot. */
  canShareScreen: boolean;
  openPanel: PanelName | null;
  /** How many are here. */
  peopleCount: number;
  /** How many wait to be let in, for hosts; 0 for others. */
  waitingCount: number;
  unread: number;
  /** In how many of them we are mentioned. */
  mentions: number;
  hasChat: boolean;
  /** The meeting's open link, to copy from the menu; null where there is none. */
  inviteLink: string | null;
  isHost: boolean;
  /** Adds the key to a label while keyboard shortcuts are on. */
  withKey: (label: string, action: MeetingAction) => string;
  /** What the buttons and the keys do alike. */
  onAction: (action: MeetingAction) => void;
  onChooseDevice: (kind: MediaDeviceKind, deviceId: string) => void;
  onOpenSettings: () => void;
  /** For hosts, to record and transcribe; undefined for others. */
  onOpenServices: (() => void) | undefined;
  onCopyLink: () => void;
  /** Undefined where nobody may react in this meeting; `isAllowed`: whether we may. */
  reactions: ReactionControlProps | undefined;
  /** Undefined where nobody raises a hand. */
  hand: { isRaised: boolean } | undefined;
  onLeave: () => void;
  onEndForAll: () => void;
}

/** Everything one does in a meeting, in one toolbar: arrow keys move inside it, Tab leaves it. */
export function ControlBar(props: ControlBarProps) {
  const { media, unlockable, devices, openPanel, withKey, onAction, onChooseDevice } = props;
  const { t } = useTranslation("controls");
  const sharing = media.screen.enabled;
  const hasRoom = !useMediaQuery("(width < 40rem)");
  const hand = props.hand && { ...props.hand, withKey, onToggle: () => onAction("hand") };
  const peopleHere = t("people", { count: props.peopleCount });
  const waiting = t("peopleWaiting", { count: props.waitingCount });
  const peopleWords = props.waitingCount > 0 ? `${peopleHere}, ${waiting}` : peopleHere;
  const words = (source: "microphone" | "camera" | "screen") =>
    withKey(t(sourceWords(source, media, unlockable)), source);
  return (
    <Toolbar aria-label={t("toolbar")} className={styles.bar ?? ""}>
      <div className={styles.group} data-group="sources">
        <SourceControl
          source={media.microphone}
          label={words("microphone")}
          iconOn={<Mic aria-hidden="true" />}
          iconOff={<MicOff aria-hidden="true" />}
          onToggle={() => onAction("microphone")}
          menuLabel={t("microphone.devices")}
          choices={[
            { kind: "audioinput", title: t("devices.audioinput"), devices: devices.audioinput },
            { kind: "audiooutput", title: t("devices.audiooutput"), devices: devices.audiooutput },
          ]}
          chosen={media.devices}
          onChoose={onChooseDevice}
        />
        <SourceControl
          source={media.camera}
          label={words("camera")}
          iconOn={<Video aria-hidden="true" />}
          iconOff={<VideoOff aria-hidden="true" />}
          onToggle={() => onAction("camera")}
          menuLabel={t("camera.devices")}
          choices={[{ kind: "videoinput", title: t("devices.videoinput"), devices: devices.videoinput }]}
          chosen={media.devices}
          onChoose={onChooseDevice}
        />
        {props.canShareScreen && (
          <IconButton
            label={words("screen")}
            tone={sharing ? "active" : "solid"}
            size="l"
            isLocked={!media.screen.allowed}
            isPending={media.screen.pending}
            onPress={() => onAction("screen")}
          >
            {sharing ? <MonitorX aria-hidden="true" /> : <MonitorUp aria-hidden="true" />}
          </IconButton>
        )}
      </div>
      <div className={styles.group} data-group="panels">
        <IconButton
          label={withKey(peopleWords, "people")}
          tone={openPanel === "people" ? "active" : "solid"}
          size="l"
          badge={props.waitingCount}
          aria-expanded={openPanel === "people"}
          data-panel="people"
          onPress={() => onAction("people")}
        >
          <span className={styles.counted}>
            <Users aria-hidden="true" />
            <span aria-hidden="true">{props.peopleCount}</span>
          </span>
        </IconButton>
        {props.hasChat && (
          <IconButton
            label={withKey(chatLabel(t, props), "chat")}
            tone={openPanel === "chat" ? "active" : "solid"}
            size="l"
            badge={props.unread}
            aria-expanded={openPanel === "chat"}
            data-panel="chat"
            onPress={() => onAction("chat")}
          >
            {props.mentions > 0 ? <AtSign aria-hidden="true" /> : <MessageCircle aria-hidden="true" />}
          </IconButton>
        )}
        {hand && (hasRoom || !props.reactions) && <HandControl {...hand} />}
        {props.reactions && <ReactionControl {...props.reactions} hand={hasRoom ? undefined : hand} />}
        <Menu
          label={t("more")}
          placement="top end"
          trigger={
            <IconButton label={t("more")} tone="solid" size="l">
              <EllipsisVertical aria-hidden="true" />
            </IconButton>
          }
        >
          {props.inviteLink !== null && (
            <MenuItem icon={<Link />} onAction={props.onCopyLink}>
              {t("copyLink")}
            </MenuItem>
          )}
          {props.onOpenServices && (
            <MenuItem icon={<CircleDot />} onAction={props.onOpenServices}>
              {t("menu", { ns: "services" })}
            </MenuItem>
          )}
          <MenuItem icon={<Settings />} onAction={props.onOpenSettings}>
            {t("settings.title")}
          </MenuItem>
        </Menu>
      </div>
      <LeaveControl
        icon={<LogOut aria-hidden="true" />}
        canEnd={props.isHost}
        onLeave={props.onLeave}
        onEndForAll={props.onEndForAll}
      />
    </Toolbar>
  );
}

function chatLabel(
  t: TFunction<"controls">,
  { unread, mentions }: Pick<ControlBarProps, "unread" | "mentions">,
): string {
  const label = t(unread > 0 ? "chatUnread" : "chat", { count: unread });
  return mentions > 0 ? t("chatMentions", { label, count: mentions }) : label;
}
