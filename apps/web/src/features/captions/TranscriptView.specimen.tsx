import { useState } from "react";
import { report } from "../../test/gallery/report.ts";
import { TranscriptView, type TranscriptViewProps } from "./TranscriptView.tsx";

const inPage = (first: TranscriptViewProps["state"]) =>
  function Specimen() {
    const [state, setState] = useState(first);
    return (
      <main style={{ maxWidth: "36rem", padding: "1rem" }}>
        <h1>The meeting is over</h1>
        <TranscriptView
          state={state}
          onDiscard={() => {
            report("discard")();
            setState("discarded");
          }}
        />
      </main>
    );
  };

export const kept = inPage("kept");
export const failed = inPage("failed");
