import { report } from "../../../test/gallery/report.ts";
import { WaitingView, type WaitingViewProps } from "./WaitingView.tsx";

const inLobby = (changes: Partial<WaitingViewProps> = {}) =>
  function Specimen() {
    return (
      <main style={{ maxWidth: "26rem", margin: "auto", padding: "1rem" }}>
        <h1>Weekly planning</h1>
        <WaitingView
          name="Grace Hopper"
          status="waiting"
          welcome=""
          messages={[]}
          onLeave={report("leave")}
          {...changes}
        />
      </main>
    );
  };

export const alone = inLobby();
export const talking = inLobby({
  welcome: "The consultation begins on the hour.\nPlease have your documents at hand.",
  messages: [
    { id: "1", from: "Ada Lovelace", text: "We are running ten minutes late." },
    { id: "2", from: "李明", text: "Almost there. ".repeat(12) },
  ],
});
export const reconnecting = inLobby({ status: "reconnecting" });
export const admitted = inLobby({ status: "admitted" });
