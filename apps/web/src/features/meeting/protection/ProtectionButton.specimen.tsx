import type { E2eeModel } from "@sotto/protocol";
import { ProtectionButton } from "./ProtectionButton.tsx";

const inPage = (model: E2eeModel) =>
  function Specimen() {
    return (
      <main style={{ display: "grid", placeContent: "end start", minHeight: "100dvh" }}>
        <h1>Meeting</h1>
        <ProtectionButton model={model} />
      </main>
    );
  };

export const none = inPage("none");
export const server = inPage("server");
export const passphrase = inPage("passphrase");
