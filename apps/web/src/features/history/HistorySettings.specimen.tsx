import type { HistoryState, Retention } from "@sotto/client";
import { useState } from "react";
import { report } from "../../test/gallery/report.ts";
import { HistoryLine } from "./HistoryLine.tsx";
import { HistorySettings } from "./HistorySettings.tsx";

const working: HistoryState = { storage: "working", protection: "none" };

const inPage = (first: HistoryState, kept: Retention = "meeting") =>
  function Specimen() {
    const [state, setState] = useState(first);
    const [retention, setRetention] = useState(kept);
    return (
      <main style={{ display: "grid", gap: "1rem", maxWidth: "32rem", padding: "1rem" }}>
        <h1>Chat on this device</h1>
        <HistoryLine state={state} retention={retention} onOpen={report("open")} />
        <HistorySettings
          state={state}
          retention={retention}
          onChooseRetention={(chosen) => {
            report("retention")(chosen);
            setRetention(chosen);
          }}
          onSetPin={async (pin) => {
            report("pin")(pin);
            setState({ ...state, protection: pin === null ? "none" : "unlocked" });
            return true;
          }}
          onUnlock={async (pin) => {
            report("unlock")(pin);
            const isRight = pin === "correct horse";
            if (isRight) setState({ ...state, protection: "unlocked" });
            return isRight;
          }}
          onForgetMeeting={report("forgetMeeting")}
          onForgetEverything={report("forgetEverything")}
        />
      </main>
    );
  };

export const open = inPage(working);
export const nothing = inPage(working, "nothing");
export const locked = inPage({ storage: "working", protection: "locked" }, "30days");
export const full = inPage({ storage: "full", protection: "unlocked" }, "7days");
export const unavailable = inPage({ storage: "unavailable", protection: "none" });
