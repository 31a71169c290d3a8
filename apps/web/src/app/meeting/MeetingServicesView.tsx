import { SottoError, type Meeting } from "@sotto/client";
import type { JoiningService } from "@sotto/protocol";
import { useTranslation } from "react-i18next";
import { answersTo } from "../../features/services/answersTo.ts";
import { ConsentDialog } from "../../features/services/ConsentDialog.tsx";
import { ServiceNews } from "../../features/services/ServiceNews.tsx";
import { ServicesDialog } from "../../features/services/ServicesDialog.tsx";
import type { ServiceView } from "../../features/services/ServiceView.ts";
import { useLocalRecording } from "../../features/services/useLocalRecording.ts";
import { useToast } from "../../ui/Toast.tsx";
import { useStore } from "../../ui/useStore.ts";

interface MeetingServicesViewProps {
  meeting: Meeting;
  /** Names of those who record on their own device. */
  recordingLocally: readonly string[];
  isOpen: boolean;
  onClose: () => void;
}

/** What a person is asked and can do about recordings and transcriptions. */
export function MeetingServicesView({ meeting, recordingLocally, isOpen, onClose }: MeetingServicesViewProps) {
  const { t } = useTranslation("services");
  const showToast = useToast();
  const { services } = meeting;
  const room = useStore(meeting.room);
  const participants = useStore(meeting.participants);
  const { role, permissions } = useStore(meeting.standing);
  const own = useStore(services.answers);
  const [question] = useStore(services.questions);
  const local = useLocalRecording(meeting);

  const viewOf = (service: JoiningService): ServiceView => ({
    state: room[service],
    refusal: services.refusalOf(service),
    ownAnswer: own[service],
    answers: answersTo(service, room[service], participants),
  });
  const start = (service: JoiningService) => {
    services.start(service).catch((error: unknown) => {
      const isUnavailable = SottoError.from(error).code === "unavailable";
      showToast({ tone: "danger", text: t(isUnavailable ? `${service}.unavailable` : `${service}.failed`) });
    });
  };
  const answer = (service: JoiningService, agreed: boolean) => {
    const state = room[service];
    if (state.state === "off") return;
    services
      .answer({ service, jobId: state.jobId }, agreed)
      .catch(() => showToast({ tone: "danger", text: t("consentFailed") }));
  };
  return (
    <>
      <ServiceNews {...room} recordingLocally={recordingLocally} />
      {question && permissions.rpc.includes("consent") && (
        <ConsentDialog
          key={question.jobId}
          question={question}
          onAnswer={(agreed) => answer(question.service, agreed)}
          onLeave={() => void meeting.leave()}
        />
      )}
      {isOpen && (
        <ServicesDialog
          services={{ recording: viewOf("recording"), transcription: viewOf("transcription") }}
          isHost={role === "host"}
          onStart={start}
          onStop={(service) =>
            void services.stop(service).catch(() => showToast({ tone: "danger", text: t("stopFailed") }))
          }
          onAnswer={answer}
          local={local}
          onClose={onClose}
        />
      )}
    </>
  );
}
