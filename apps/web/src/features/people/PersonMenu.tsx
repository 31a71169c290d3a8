import type { LockName } from "@sotto/protocol";
import {
  Crown,
  EllipsisVertical,
  Hand,
  MessageCircleMore,
  Mic,
  MicOff,
  MonitorX,
  SlidersHorizontal,
  Sparkles,
  UserRound,
  UserRoundX,
  Video,
  VideoOff,
} from "lucide-react";
import { useTranslation } from "react-i18next";
import { IconButton } from "../../ui/IconButton.tsx";
import { Menu, MenuItem, MenuSeparator } from "../../ui/Menu.tsx";
import type { HostActions } from "./HostActions.ts";
import type { Person } from "./Person.ts";

export interface PersonMenuProps {
  person: Person;
  actions: HostActions;
  /** What can be locked in this meeting. */
  lockable: readonly LockName[];
  /** The last host cannot step back. */
  isOnlyHost: boolean;
  onMessage: (() => void) | undefined;
  /** Opens the dialog of what this person may do. */
  onLocks: () => void;
  /** Asks before the person is removed. */
  onRemove: () => void;
}

/** What a host can do about one person, themself included. */
export function PersonMenu(props: PersonMenuProps) {
  const { person, actions, isOnlyHost, onMessage } = props;
  const { participantId, name, isLocal, role, inSpotlight } = person;
  const { t } = useTranslation("people");
  const label = t(person.unread > 0 ? "menu.labelUnread" : "menu.label", { name, count: person.unread });
  return (
    <Menu
      label={t("menu.label", { name })}
      trigger={
        <IconButton label={label} placement="left" badge={person.unread}>
          <EllipsisVertical aria-hidden="true" />
        </IconButton>
      }
    >
      {onMessage && !isLocal && (
        <MenuItem icon={<MessageCircleMore />} onAction={onMessage}>
          {t("menu.message")}
        </MenuItem>
      )}
      {!isLocal && mediaItems(props, t)}
      {person.hand !== null && (
        <MenuItem icon={<Hand />} onAction={() => void actions.lowerHand(participantId)}>
          {t("menu.lowerHand")}
        </MenuItem>
      )}
      <MenuItem icon={<Sparkles />} onAction={() => void actions.spotlight(inSpotlight ? null : participantId)}>
        {t(inSpotlight ? "menu.endSpotlight" : "menu.spotlight")}
      </MenuItem>
      {role === "participant" && (
        <>
          <MenuItem icon={<SlidersHorizontal />} onAction={props.onLocks}>
            {t("menu.locks")}
          </MenuItem>
          <MenuItem icon={<Crown />} onAction={() => void actions.setRole(participantId, "host")}>
            {t("menu.makeHost")}
          </MenuItem>
        </>
      )}
      {role === "host" && (
        <MenuItem
          icon={<UserRound />}
          isDisabled={isOnlyHost}
          onAction={() => void actions.setRole(participantId, "participant")}
        >
          {t(isOnlyHost ? "menu.onlyHost" : isLocal ? "menu.stepBack" : "menu.makeParticipant")}
        </MenuItem>
      )}
      {!isLocal && (
        <>
          <MenuSeparator />
          <MenuItem tone="danger" icon={<UserRoundX />} onAction={props.onRemove}>
            {t("menu.remove")}
          </MenuItem>
        </>
      )}
    </Menu>
  );
}

/** What is on can be switched off; what is off can only be asked for. */
function mediaItems(
  { person, actions, lockable }: PersonMenuProps,
  t: ReturnType<typeof useTranslation<"people">>["t"],
) {
  const { participantId } = person;
  const mayUse = (lock: LockName) =>
    lockable.includes(lock) && (person.role === "host" || !person.locks.includes(lock));
  return (
    <>
      {person.microphone !== "muted" && (
        <MenuItem icon={<MicOff />} onAction={() => void actions.stop(participantId, "microphone")}>
          {t("menu.mute")}
        </MenuItem>
      )}
      {person.microphone === "muted" && mayUse("lock_microphone") && (
        <MenuItem icon={<Mic />} onAction={() => void actions.askToUnmute(participantId, "microphone")}>
          {t("menu.askMicrophone")}
        </MenuItem>
      )}
      {person.camera && (
        <MenuItem icon={<VideoOff />} onAction={() => void actions.stop(participantId, "camera")}>
          {t("menu.stopCamera")}
        </MenuItem>
      )}
      {!person.camera && mayUse("lock_webcam") && (
        <MenuItem icon={<Video />} onAction={() => void actions.askToUnmute(participantId, "camera")}>
          {t("menu.askCamera")}
        </MenuItem>
      )}
      {person.sharing && (
        <MenuItem icon={<MonitorX />} onAction={() => void actions.stop(participantId, "screen_share")}>
          {t("menu.stopScreen")}
        </MenuItem>
      )}
    </>
  );
}
