import { report } from "../../test/gallery/report.ts";
import { LandingView, type LandingViewProps } from "./LandingView.tsx";

const props: LandingViewProps = {
  open: { status: "ready" },
  isSecure: true,
  onStart: report("start"),
  onRetry: report("retry"),
  onFollow: (text) => {
    report("follow")(text);
    return text.startsWith("https://") ? null : "unknown";
  },
};

const inPage = (changes: Partial<LandingViewProps> = {}) =>
  function Specimen() {
    return (
      <main>
        <LandingView {...props} {...changes} />
      </main>
    );
  };

export const ready = inPage();
export const opening = inPage({ open: { status: "opening" } });
export const invitedOnly = inPage({ open: { status: "invitedOnly" } });
export const unreachable = inPage({ open: { status: "failed", code: "server_unreachable" } });
export const insecure = inPage({ isSecure: false });
