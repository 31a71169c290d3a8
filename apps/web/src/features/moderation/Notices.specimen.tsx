import { useState } from "react";
import { report } from "../../test/gallery/report.ts";
import { AskedNotice } from "./AskedNotice.tsx";
import { OrganiserNotice } from "./OrganiserNotice.tsx";
import { WaitingNotice } from "./WaitingNotice.tsx";

/** A host asks for sound and for a picture. */
export function Asked() {
  return (
    <main style={{ display: "grid", gap: "1rem", maxWidth: "38rem" }}>
      <h1>Meeting</h1>
      {(["microphone", "camera"] as const).map((source) => (
        <AskedNotice
          key={source}
          source={source}
          name="Grace Hopper"
          onAccept={() => report("accept")(source)}
          onDismiss={() => report("dismiss")(source)}
        />
      ))}
    </main>
  );
}

const hostile = "<img src=x onerror=alert(1)> **bold** {{name}}";

/** What whoever set the meeting up has to say, in each of its kinds. */
export function Organiser() {
  const texts = {
    info: "The room is needed at 11:00.\nPlease come to an end by then.",
    warning: `${hostile}\n${"Everything that may be said at once. ".repeat(9)}${"without-a-space".repeat(6)}`,
    error: "هذه الغرفة ستغلق الآن",
  };
  return (
    <main style={{ display: "grid", gap: "1rem", maxWidth: "38rem" }}>
      <h1>Meeting</h1>
      {(["info", "warning", "error"] as const).map((level) => (
        <OrganiserNotice key={level} level={level} text={texts[level]} onDismiss={() => report("dismiss")(level)} />
      ))}
    </main>
  );
}

const names = ["Barbara Liskov", "Edsger Dijkstra", "李明"];

/** Somebody comes to the waiting room whenever the button is pressed. */
export function Waiting() {
  const [count, setCount] = useState(1);
  const waiting = names.slice(0, count).map((name, since) => ({ participantId: name, name, since }));
  return (
    <main style={{ display: "grid", gap: "1rem", maxWidth: "38rem" }}>
      <h1>Meeting</h1>
      <button type="button" onClick={() => setCount(count + 1)}>
        Come
      </button>
      <WaitingNotice waiting={waiting} onAdmit={report("admit")} onShow={report("show")} />
    </main>
  );
}
