import { report } from "../../test/gallery/report.ts";
import { Problem } from "./Problem.tsx";
import type { ProblemCode } from "./ProblemCode.ts";

const inPage = (code: ProblemCode) =>
  function Specimen() {
    return (
      <main>
        <Problem code={code} onRetry={report("retry")} onHome={report("home")} />
      </main>
    );
  };

export const used = inPage("token_used");
export const server = inPage("server_unreachable");
export const browser = inPage("browser_unsupported");
