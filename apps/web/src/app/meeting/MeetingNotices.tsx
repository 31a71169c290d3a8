import type { Meeting } from "@sotto/client";
import { ConnectionBanner } from "../../features/meeting/connection/ConnectionBanner.tsx";
import { SharingNotice } from "../../features/meeting/SharingNotice.tsx";
import { SoundBlocked } from "../../features/meeting/sound/SoundBlocked.tsx";
import { useStore } from "../../ui/useStore.ts";

/** What a person has to know right now, over the stage. */
export function MeetingNotices({ meeting, onStopSharing }: { meeting: Meeting; onStopSharing: () => void }) {
  const connection = useStore(meeting.connection);
  const soundBlocked = useStore(meeting.audioBlocked);
  const { screen } = useStore(meeting.localMedia.state);
  return (
    <>
      {connection.status === "reconnecting" && <ConnectionBanner since={connection.since} parts={connection.parts} />}
      {soundBlocked && <SoundBlocked onUnblock={() => void meeting.unblockAudio()} />}
      {screen.enabled && <SharingNotice onStop={onStopSharing} />}
    </>
  );
}
