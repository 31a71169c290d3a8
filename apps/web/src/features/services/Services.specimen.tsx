import { noServices } from "@sotto/protocol";
import { useState } from "react";
import { report } from "../../test/gallery/report.ts";
import { ConsentDialog } from "./ConsentDialog.tsx";
import type { LocalRecordingPartProps } from "./LocalRecordingPart.tsx";
import { ServiceIndicator } from "./ServiceIndicator.tsx";
import { ServiceList } from "./ServiceList.tsx";
import { ServiceNews } from "./ServiceNews.tsx";
import { ServicesDialog, type ServicesDialogProps } from "./ServicesDialog.tsx";
import type { ServiceView } from "./ServiceView.ts";

const jobId = "A".repeat(22);
const since = new Date(2026, 10, 25, 10, 32).getTime();
const on = { state: "on", jobId, startedBy: "Grace Hopper", since } as const;
const asking = { ...on, state: "asking" } as const;
const nobody = { agreed: [], refused: [], open: [] };
const off: ServiceView = { state: noServices.recording, refusal: null, ownAnswer: null, answers: nobody };

/** A question that interrupts. */
const consent = (service: "recording" | "transcription", startedBy: string | null) =>
  function Specimen() {
    return (
      <main>
        <h1>Meeting</h1>
        <ConsentDialog question={{ service, startedBy }} onAnswer={report("answer")} onLeave={report("leave")} />
      </main>
    );
  };
export const Recording = consent("recording", "Grace Hopper");
export const Transcription = consent("transcription", null);

const local: LocalRecordingPartProps = {
  status: "off",
  onStart: report("start here"),
  onStop: report("stop here"),
};
const dialog = (props: Partial<ServicesDialogProps> = {}) =>
  function Specimen() {
    return (
      <main>
        <h1>Meeting</h1>
        <ServicesDialog
          services={{ recording: off, transcription: { ...off, refusal: "feature_disabled" } }}
          isHost
          onStart={report("start")}
          onStop={report("stop")}
          onAnswer={report("answer")}
          local={local}
          onClose={report("close")}
          {...props}
        />
      </main>
    );
  };
export const Off = dialog();
export const Refused = dialog({
  services: {
    recording: { ...off, refusal: "key_model_forbids" },
    transcription: { ...off, refusal: "key_model_forbids" },
  },
});
export const Running = dialog({
  services: {
    recording: {
      ...off,
      state: on,
      ownAnswer: true,
      answers: { agreed: ["Grace Hopper"], refused: ["Ada Lovelace", "李明"], open: ["Niklaus Wirth"] },
    },
    transcription: {
      ...off,
      state: { state: "off", failure: { code: "consent_missing", people: ["Barbara Liskov"] } },
    },
  },
  local: { ...local, status: "on" },
});
export const ForGuests = dialog({
  services: { recording: { ...off, state: asking }, transcription: off },
  isHost: false,
  local: undefined,
});

/** Everything that can be on, as the head of the page shows it, and what a recorder looks like in the list. */
export function Indicators() {
  const [isOn, setIsOn] = useState(false);
  const recording = isOn ? on : asking;
  const recordingLocally = isOn ? ["Ada Lovelace"] : [];
  return (
    <main style={{ display: "grid", gap: "1rem", maxWidth: "44rem" }}>
      <h1>Meeting</h1>
      <ServiceIndicator
        recording={recording}
        transcription={{ ...on, startedBy: null }}
        recordingLocally={recordingLocally}
        onOpen={report("open")}
      />
      <ServiceList
        services={[
          { participantId: "p_1", kind: "recorder", joinedAt: 1 },
          { participantId: "p_2", kind: "transcriber", joinedAt: 2 },
        ]}
      />
      <ServiceNews recording={recording} transcription={noServices.transcription} recordingLocally={recordingLocally} />
      <button type="button" onClick={() => setIsOn(true)}>
        Begin
      </button>
    </main>
  );
}
