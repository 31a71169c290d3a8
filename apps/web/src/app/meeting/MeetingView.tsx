import type { LeaveReason, Meeting } from "@sotto/client";
import { Link } from "lucide-react";
import { useCallback, useEffect, useEffectEvent, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { ChatPanel } from "../../features/chat/ChatPanel.tsx";
import { ControlBar, type PanelName } from "../../features/controls/ControlBar.tsx";
import { useDevices } from "../../features/controls/useDevices.ts";
import { useMediaErrors } from "../../features/controls/useMediaErrors.ts";
import { Button } from "../../ui/Button.tsx";
import { copyText } from "../../ui/copyText.ts";
import { CopyLinkButton } from "../../features/meeting/invitation/CopyLinkButton.tsx";
import { InviteDialog } from "../../features/meeting/invitation/InviteDialog.tsx";
import { Invitation } from "../../features/meeting/invitation/Invitation.tsx";
import { mediaTrust } from "../../features/meeting/protection/mediaTrust.ts";
import { ProtectionButton } from "../../features/meeting/protection/ProtectionButton.tsx";
import { RemoteSound } from "../../features/meeting/sound/RemoteSound.tsx";
import { Stage } from "../../features/meeting/stage/Stage.tsx";
import { tileModels } from "../../features/meeting/stage/tileModels.ts";
import { useWakeLock } from "../../features/meeting/useWakeLock.ts";
import { useStandingNews } from "../../features/moderation/useStandingNews.ts";
import { PeopleView } from "../../features/people/PeopleView.tsx";
import { ServiceIndicator } from "../../features/services/ServiceIndicator.tsx";
import { ServiceList } from "../../features/services/ServiceList.tsx";
import { useToast } from "../../ui/Toast.tsx";
import { useStore } from "../../ui/useStore.ts";
import { KeptChat } from "./KeptChat.tsx";
import { lockableOf } from "./lockableOf.ts";
import { MeetingCaptions } from "./MeetingCaptions.tsx";
import { MeetingLayout } from "./MeetingLayout.tsx";
import { MeetingNews } from "./MeetingNews.tsx";
import { MeetingNotices } from "./MeetingNotices.tsx";
import { MeetingServicesView } from "./MeetingServicesView.tsx";
import { MeetingSettings } from "./MeetingSettings.tsx";
import { peopleOf } from "./peopleOf.ts";
import { usePreference, usePreferencesStore } from "../preferences.ts";
import { useHostActions } from "./useHostActions.ts";
import { useMeetingActions } from "./useMeetingActions.ts";

export interface MeetingViewProps {
  meeting: Meeting;
  /** The meeting's open link; null where people come with invitations of their own. */
  inviteLink: string | null;
  /** The same with the passphrase in it; null where there is none, or the operator does not want that. */
  inviteLinkWithPassphrase: string | null;
  /** Called once, when the meeting is over for this person. */
  onLeft: (reason: LeaveReason) => void;
}

/** A meeting, from its stores to the screen: puts together what the features show of it. */
export function MeetingView({ meeting, inviteLink, inviteLinkWithPassphrase, onLeft }: MeetingViewProps) {
  const { t } = useTranslation(["meeting", "controls"]);
  const showToast = useToast();
  const connection = useStore(meeting.connection);
  const participants = useStore(meeting.participants);
  const tracks = useStore(meeting.tracks);
  const speakers = useStore(meeting.speakers);
  const media = useStore(meeting.localMedia.state);
  const encryption = useStore(meeting.encryption);
  const messages = useStore(meeting.chat.messages);
  const lostMessages = useStore(meeting.lostMessages);
  const [openPanel, setOpenPanel] = useState<PanelName | null>(null);
  const [inSettings, setInSettings] = useState(false);
  const [inviting, setInviting] = useState(false);
  const [inServices, setInServices] = useState(false);
  const devices = useDevices(meeting.localMedia);
  const [peerId, setPeerId] = useState<string | null>(null);
  const unread = useStore(meeting.chat.unread);
  const privateUnread = useStore(meeting.privateChats.unread);
  const mentions = useStore(meeting.chat.unreadMentions);
  const privateMentions = useStore(meeting.privateChats.unreadMentions);
  const reactions = useStore(meeting.reactions);
  const { role, permissions } = useStore(meeting.standing);
  const roomState = useStore(meeting.room);
  const qualities = useStore(meeting.connectionQuality);
  const waiting = useStore(meeting.waitingRoom);
  const servicesPresent = useStore(meeting.servicesPresent);
  const { spotlight } = roomState;
  const preferences = usePreferencesStore();
  const wantsCaptions = usePreference("captions");
  const hasCaptions = roomState.transcription.state === "on";
  const stage = useMemo(
    () => tileModels({ participants, tracks, speakers, qualities, spotlight }),
    [participants, tracks, speakers, qualities, spotlight],
  );
  const trust = useMemo(
    () =>
      encryption && {
        openedBy: meeting.info.passphrase?.openedBy ?? null,
        keysSince: encryption.activatedAt,
        media: mediaTrust(participants, tracks),
      },
    [meeting, encryption, participants, tracks],
  );
  const { e2eeModel, features, passphrase, room } = meeting.info;
  const unlockable = {
    microphone: true,
    camera: features.allow_webcams && !features.admin_only_webcams,
    screen: features.allow_screen_share,
  };
  const { act, chooseDevice, endForAll, restart, withKey } = useMeetingActions(meeting, unlockable, setOpenPanel);
  const actions = useHostActions(meeting);
  useMediaErrors(media);
  useStandingNews(role, media);
  useWakeLock();

  const tellLeft = useEffectEvent(onLeft);
  useEffect(() => {
    if (connection.status === "ended") tellLeft(connection.reason);
  }, [connection]);

  const copyLink = () => {
    if (inviteLinkWithPassphrase !== null) return setInviting(true);
    void copyText(inviteLink ?? "").then(
      (done) =>
        done && showToast({ text: t(meeting.info.passphrase ? "invitation.copiedPlain" : "invitation.copied") }),
    );
  };
  const isHost = role === "host";
  const recordingLocally = participants.flatMap(({ name, localRecording }) => (localRecording === null ? [] : name));
  const nameOf = useCallback((id: string) => meeting.nameOf(id), [meeting]);
  const encrypted = e2eeModel !== "none";
  const canMessagePrivately = permissions.rpc.includes("pub-private");
  const messagePrivately = (participantId: string) => {
    meeting.privateChats.with(participantId);
    setPeerId(participantId);
    setOpenPanel("chat");
  };
  return (
    <>
      <MeetingLayout
        title={room.title || t("title")}
        protection={
          <ProtectionButton model={e2eeModel} trust={trust} onRestart={passphrase && isHost ? restart : undefined} />
        }
        invite={
          inviteLink !== null &&
          participants.length > 1 &&
          (inviteLinkWithPassphrase === null ? (
            <CopyLinkButton link={inviteLink} />
          ) : (
            <Button icon={<Link />} onPress={() => setInviting(true)}>
              {t("invitation.copy")}
            </Button>
          ))
        }
        notices={
          <>
            <ServiceIndicator {...roomState} recordingLocally={recordingLocally} onOpen={() => setInServices(true)} />
            <MeetingNotices
              meeting={meeting}
              waiting={isHost && openPanel !== "people" ? waiting : []}
              onAdmit={(participantId) => void actions.admit(participantId)}
              onShowWaiting={() => setOpenPanel("people")}
              onStopSharing={() => act("screen")}
            />
          </>
        }
        stage={
          <Stage
            stage={stage}
            reactions={reactions}
            encrypted={encrypted}
            invitation={
              <Invitation link={inviteLink} passphrase={passphrase && { linkWithIt: inviteLinkWithPassphrase }} />
            }
          />
        }
        captions={hasCaptions && wantsCaptions && <MeetingCaptions meeting={meeting} />}
        panel={openPanel}
        panelContent={
          openPanel === "chat" ? (
            <ChatPanel
              chat={meeting.chat}
              privateChats={meeting.privateChats}
              typing={meeting.typing}
              peerId={peerId}
              onChoose={setPeerId}
              telling={meeting.telling}
              history={meeting.history}
              participants={participants}
              lost={lostMessages}
              nameOf={nameOf}
              files={meeting.files}
              canSend={permissions.rpc.includes("pub-chat")}
              canSendPrivately={canMessagePrivately}
              encrypted={encrypted}
              welcome={room.welcomeMessage}
              kept={<KeptChat history={meeting.history} />}
            />
          ) : (
            <PeopleView
              beside={<ServiceList services={servicesPresent} />}
              people={peopleOf(participants, stage.people, tracks, privateUnread)}
              onMessage={canMessagePrivately ? messagePrivately : undefined}
              host={isHost ? { actions, lockable: lockableOf(features), room: roomState, waiting } : undefined}
            />
          )
        }
        onClosePanel={() => setOpenPanel(null)}
        controls={
          <ControlBar
            media={media}
            unlockable={unlockable}
            devices={devices}
            canShareScreen={"getDisplayMedia" in navigator.mediaDevices}
            openPanel={openPanel}
            peopleCount={participants.length}
            waitingCount={isHost ? waiting.length : 0}
            mentions={mentions + privateMentions}
            unread={unread + Array.from(privateUnread.values()).reduce((sum, each) => sum + each, 0)}
            hasChat={features.chat_features.is_allow}
            inviteLink={inviteLink}
            isHost={isHost}
            withKey={withKey}
            onAction={act}
            onChooseDevice={chooseDevice}
            onOpenSettings={() => setInSettings(true)}
            onOpenServices={isHost ? () => setInServices(true) : undefined}
            onCopyLink={copyLink}
            reactions={
              features.allow_reactions
                ? {
                    isAllowed: permissions.ephemeral.includes("reactions"),
                    onReact: (reaction) => void meeting.reactions.send(reaction),
                    onLocked: () => showToast({ text: t("controls:reactions.locked") }),
                  }
                : undefined
            }
            hand={
              permissions.rpc.includes("hand")
                ? { isRaised: participants.some(({ isLocal, hand }) => isLocal && hand !== null) }
                : undefined
            }
            captions={
              hasCaptions
                ? { isShown: wantsCaptions, onToggle: () => preferences.setState({ captions: !wantsCaptions }) }
                : undefined
            }
            onLeave={() => void meeting.leave()}
            onEndForAll={endForAll}
          />
        }
      />
      {inviteLink !== null && inviteLinkWithPassphrase !== null && (
        <InviteDialog
          link={inviteLink}
          linkWithPassphrase={inviteLinkWithPassphrase}
          isOpen={inviting}
          onOpenChange={setInviting}
        />
      )}
      <MeetingSettings
        isOpen={inSettings}
        onOpenChange={setInSettings}
        devices={devices}
        chosen={media.devices}
        onChooseDevice={chooseDevice}
        meeting={meeting}
      />
      <MeetingServicesView
        meeting={meeting}
        recordingLocally={recordingLocally}
        isOpen={inServices}
        onClose={() => setInServices(false)}
      />
      <RemoteSound tracks={tracks} speakerDeviceId={media.devices.audiooutput} />
      <MeetingNews
        participants={participants}
        messages={messages}
        privateUnread={Array.from(privateUnread, ([id, count]) => ({ name: meeting.nameOf(id), unread: count }))}
        reactions={reactions}
        spotlight={spotlight}
        nameOf={(id) => meeting.nameOf(id)}
        chatIsOpen={openPanel === "chat" && peerId === null}
      />
    </>
  );
}
