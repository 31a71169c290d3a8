import { report } from "../../test/gallery/report.ts";
import { Goodbye, type GoodbyeProps } from "./Goodbye.tsx";

const inPage = (changes: Pick<GoodbyeProps, "reason" | "wayBack"> & { logoutUrl?: string }) =>
  function Specimen() {
    return (
      <main>
        <Goodbye
          title="Weekly planning"
          logoutUrl=""
          receipt={null}
          onBack={report("back")}
          onHome={report("home")}
          {...changes}
        />
      </main>
    );
  };

export const left = inPage({ reason: "left", wayBack: "lobby" });
export const ended = inPage({ reason: "ended_by_host", wayBack: null });
export const removed = inPage({ reason: "removed", wayBack: null });
export const replaced = inPage({ reason: "replaced", wayBack: "seat" });
export const lost = inPage({ reason: "connection_lost", wayBack: "seat" });
export const identity = inPage({ reason: "identity_mismatch", wayBack: null });
export const integrated = inPage({ reason: "left", wayBack: null, logoutUrl: "https://school.example.org/done" });
export const hostile = inPage({ reason: "left", wayBack: null, logoutUrl: "javascript:alert(1)" });
export const refused = inPage({ reason: "refused", wayBack: null });
