import { useState } from "react";
import { report } from "../../../test/gallery/report.ts";
import { ProtectionButton } from "./ProtectionButton.tsx";
import type { ProtectionPanelProps } from "./ProtectionPanel.tsx";
import type { Trust } from "./TrustNow.tsx";

type Specimen = Omit<ProtectionPanelProps, "trust"> & { trust: Omit<Trust, "keysSince"> | null; ageMs?: number };

const inPage = ({ trust, ageMs = 0, ...props }: Specimen) =>
  function Specimen() {
    const [keysSince] = useState(() => Date.now() - ageMs);
    return (
      <main style={{ display: "grid", placeContent: "end start", minHeight: "100dvh" }}>
        <h1>Meeting</h1>
        <ProtectionButton {...props} trust={trust && { ...trust, keysSince }} />
      </main>
    );
  };

const well = { authenticated: 3, doubts: [] };
const doubts = [
  { id: "1", name: "Ben", kind: "picture", reason: "undecryptable" },
  { id: "2", name: "Ben", kind: "sound", reason: "undecryptable" },
  { id: "3", name: "Cleo", kind: "picture", reason: "unencrypted" },
] as const;

export const none = inPage({ model: "none", trust: null, onRestart: undefined });
export const server = inPage({ model: "server", trust: { openedBy: null, media: well }, onRestart: undefined });
export const passphrase = inPage({
  model: "passphrase",
  trust: { openedBy: "Ada", media: { authenticated: 0, doubts: [] } },
  onRestart: undefined,
  ageMs: 11 * 60_000,
});
export const host = inPage({
  model: "passphrase",
  trust: { openedBy: "Ada Lovelace", media: well },
  onRestart: report("restart"),
  ageMs: 125 * 60_000,
});
export const doubted = inPage({
  model: "server",
  trust: { openedBy: null, media: { authenticated: 1, doubts } },
  onRestart: undefined,
});
