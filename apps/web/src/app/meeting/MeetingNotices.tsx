import type { Meeting, WaitingPerson } from "@sotto/client";
import { ConnectionBanner } from "../../features/meeting/connection/ConnectionBanner.tsx";
import { ReturnBanner } from "../../features/meeting/connection/ReturnBanner.tsx";
import { SharingNotice } from "../../features/meeting/SharingNotice.tsx";
import { SoundBlocked } from "../../features/meeting/sound/SoundBlocked.tsx";
import { AskedNotice } from "../../features/moderation/AskedNotice.tsx";
import { OrganiserNotice } from "../../features/moderation/OrganiserNotice.tsx";
import { WaitingNotice } from "../../features/moderation/WaitingNotice.tsx";
import { useStore } from "../../ui/useStore.ts";
import { useReturn } from "./useReturn.ts";

interface MeetingNoticesProps {
  meeting: Meeting;
  /** Who waits to be let in, where that is not seen elsewhere. */
  waiting: readonly WaitingPerson[];
  onAdmit: (participantId: string) => void;
  onShowWaiting: () => void;
  onStopSharing: () => void;
}

/** What a person has to know right now, over the stage. */
export function MeetingNotices({ meeting, waiting, onAdmit, onShowWaiting, onStopSharing }: MeetingNoticesProps) {
  const connection = useStore(meeting.connection);
  const soundBlocked = useStore(meeting.audioBlocked);
  const back = useReturn(meeting);
  const { screen } = useStore(meeting.localMedia.state);
  const asked = useStore(meeting.asked);
  const notice = useStore(meeting.notices).at(-1);
  return (
    <>
      {connection.status === "reconnecting" && <ConnectionBanner since={connection.since} parts={connection.parts} />}
      {back && <ReturnBanner {...back} />}
      {soundBlocked && <SoundBlocked onUnblock={() => void meeting.unblockAudio()} />}
      {notice && <OrganiserNotice key={notice.id} {...notice} onDismiss={() => meeting.notices.dismiss(notice.id)} />}
      {asked.map(({ source, by }) => (
        <AskedNotice
          key={source}
          source={source}
          name={meeting.nameOf(by)}
          onAccept={() => void meeting.asked.accept(source)}
          onDismiss={() => meeting.asked.dismiss(source)}
        />
      ))}
      <WaitingNotice waiting={waiting} onAdmit={onAdmit} onShow={onShowWaiting} />
      {screen.enabled && <SharingNotice onStop={onStopSharing} />}
    </>
  );
}
