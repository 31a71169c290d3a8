import { useState } from "react";
import { report } from "../../test/gallery/report.ts";
import { LobbyView, type LobbySource, type LobbyViewProps } from "./LobbyView.tsx";

const off: LobbySource = { track: null, pending: false, error: null };

const props: Omit<LobbyViewProps, "name" | "onNameChange"> = {
  lobby: {
    roomId: "room",
    title: "Weekly planning",
    name: "Ada",
    role: "participant",
    e2eeModel: "server",
    passphrase: null,
    publish: ["camera", "microphone"],
    muteOnStart: false,
    mayRename: true,
  },
  microphone: off,
  camera: off,
  devices: {
    audioinput: [
      { deviceId: "default", label: "Default" },
      { deviceId: "headset", label: "Headset" },
    ],
    videoinput: [{ deviceId: "camera", label: "" }],
    audiooutput: [{ deviceId: "default", label: "Default" }],
  },
  chosen: {},
  isJoining: false,
  failure: null,
  onToggle: report("toggle"),
  onChooseDevice: report("choose"),
  onJoin: report("join"),
};

const inPage = (changes: Partial<typeof props> = {}) =>
  function Specimen() {
    const [name, setName] = useState("");
    return (
      <main>
        <LobbyView {...props} {...changes} name={name} onNameChange={setName} />
      </main>
    );
  };

export const ready = inPage();
export const asking = inPage({ microphone: { ...off, pending: true }, camera: { ...off, pending: true } });
export const denied = inPage({
  microphone: { ...off, error: "permission_denied" },
  camera: { ...off, error: "permission_denied" },
});
export const cameraBusy = inPage({ camera: { ...off, error: "device_busy" } });
export const joining = inPage({ isJoining: true });
export const failed = inPage({ failure: "server_unreachable" });
export const unprotected = inPage({ lobby: { ...props.lobby, e2eeModel: "none" } });
export const passphrase = inPage({ lobby: { ...props.lobby, e2eeModel: "passphrase" } });
export const invited = inPage({ lobby: { ...props.lobby, mayRename: false, publish: ["microphone"], role: "host" } });
