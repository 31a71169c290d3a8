import { useState } from "react";
import type { PanelName } from "../../features/controls/ControlBar.tsx";
import { report } from "../../test/gallery/report.ts";
import { MeetingLayout } from "./MeetingLayout.tsx";

/** The frame of a meeting, with something simple in every place. */
export function Frame() {
  const [panel, setPanel] = useState<PanelName | null>(null);
  return (
    <MeetingLayout
      title="Weekly planning with everybody who could come and quite a few who could not"
      protection={<button type="button">Protection</button>}
      invite={<button type="button">Copy link</button>}
      notices={null}
      stage={<p>Stage</p>}
      captions={null}
      panel={panel}
      panelContent={panel === "chat" ? <textarea aria-label="Write" data-autofocus /> : <p>Everybody</p>}
      onClosePanel={() => setPanel(null)}
      controls={
        <>
          <button type="button" onClick={() => setPanel("people")}>
            People
          </button>
          <button type="button" onClick={() => setPanel("chat")}>
            Chat
          </button>
          <button type="button" onClick={report("leave")}>
            Leave
          </button>
        </>
      }
    />
  );
}
