import { useState } from "react";
import { report } from "../../test/gallery/report.ts";
import { WaitingView } from "./waiting/WaitingView.tsx";
import { LobbyView, type LobbySource, type LobbyViewProps } from "./LobbyView.tsx";

const off: LobbySource = { track: null, pending: false, error: null };

const props: Omit<LobbyViewProps, "name" | "onNameChange" | "onCountedChange"> = {
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
    waitingRoom: false,
    waitingMessage: "",
    analytics: null,
  },
  isCounted: undefined,
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
  wasRestarted: false,
  givenPassphrase: "",
  onToggle: report("toggle"),
  onChooseDevice: report("choose"),
  onJoin: (choice) => report("join")(...(choice === "later" ? [choice] : choice ? [choice.text, choice.open] : [])),
  onRestart: undefined,
  waiting: null,
};

const inPage = (changes: Partial<typeof props> = {}) =>
  function Specimen() {
    const [name, setName] = useState("");
    const [isCounted, setCounted] = useState(changes.isCounted);
    const choice = {
      isCounted,
      onCountedChange: (next: boolean) => {
        report("counted")(next);
        setCounted(next);
      },
    };
    return (
      <main>
        <LobbyView {...props} {...changes} {...choice} name={name} onNameChange={setName} />
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
export const failed = inPage({ failure: { code: "server_unreachable", openedBy: null, sessionId: null } });
export const unprotected = inPage({ lobby: { ...props.lobby, e2eeModel: "none" } });

const withPassphrase = (openedBy: string | null, mayOpen: boolean) =>
  ({
    ...props.lobby,
    role: mayOpen ? "host" : "participant",
    e2eeModel: "passphrase",
    passphrase: { openedBy, mayOpen },
  }) as const;
export const passphrase = inPage({ lobby: withPassphrase("Ada Lovelace", false) });
export const passphraseInLink = inPage({ lobby: withPassphrase("Ada", false), givenPassphrase: "correct horse" });
export const opening = inPage({ lobby: withPassphrase(null, true) });
export const restarted = inPage({ lobby: withPassphrase(null, true), wasRestarted: true });
export const notOpened = inPage({ lobby: withPassphrase(null, false) });
export const checking = inPage({ lobby: withPassphrase("Ada", false), isJoining: true, givenPassphrase: "correct" });
const wrong = { code: "passphrase_wrong", openedBy: "Ada Lovelace", sessionId: "the session" } as const;
export const wrongPassphrase = inPage({ lobby: withPassphrase("Ada Lovelace", false), failure: wrong });
export const wrongForHost = inPage({
  lobby: withPassphrase("Ada Lovelace", true),
  failure: wrong,
  onRestart: report("restart"),
});
export const withStatistics = inPage({ isCounted: true });
export const withoutMe = inPage({ isCounted: false, lobby: { ...props.lobby, waitingRoom: true } });
export const invited = inPage({ lobby: { ...props.lobby, mayRename: false, publish: ["microphone"], role: "host" } });
const waitingRoom = { ...props.lobby, waitingRoom: true } as const;
export const withWaitingRoom = inPage({ lobby: waitingRoom });
export const passphraseLater = inPage({ lobby: { ...withPassphrase(null, false), waitingRoom: true } });
export const letIn = inPage({
  lobby: { ...withPassphrase("Ada Lovelace", false), mayRename: false },
  failure: { code: "passphrase_required", openedBy: null, sessionId: null },
});
export const waiting = inPage({
  lobby: waitingRoom,
  waiting: (
    <WaitingView
      name="Grace Hopper"
      status="waiting"
      welcome="The consultation begins on the hour."
      messages={[{ id: "1", from: "Ada Lovelace", text: "We are running ten minutes late." }]}
      onLeave={report("leave")}
    />
  ),
});
