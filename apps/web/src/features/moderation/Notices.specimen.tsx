import { useState } from "react";
import { report } from "../../test/gallery/report.ts";
import { AskedNotice } from "./AskedNotice.tsx";
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
