import type { DevicePreview, PreviewTracks } from "@sotto/client";
import type { LobbyAnswer } from "@sotto/protocol";
import { useState } from "react";
import { usePreference, usePreferencesStore } from "../../app/preferences.ts";
import { useStore } from "../../ui/useStore.ts";
import { LobbyView, type JoinFailure, type PassphraseChoice } from "./LobbyView.tsx";
import { useDevicePreview } from "./useDevicePreview.ts";

/** What the person has chosen when they join. */
export interface LobbyChoice {
  readonly name: string | undefined;
  readonly tracks: PreviewTracks;
  /** Null in a room without one. */
  readonly passphrase: PassphraseChoice | null;
}

export interface LobbyProps {
  lobby: LobbyAnswer;
  isJoining: boolean;
  /** Why the last attempt failed, when another may succeed. */
  failure: JoinFailure | null;
  wasRestarted: boolean;
  givenPassphrase: string;
  /** Takes the tracks over. Resolves to whether the person is out of the lobby; if not, they may try again. */
  onJoin: (choice: LobbyChoice) => Promise<boolean>;
  onRestart: (() => void) | undefined;
}

/** The room before the meeting: own picture, devices, name, and how the meeting is protected. */
export function Lobby(props: LobbyProps) {
  const preferences = usePreferencesStore();
  const [wanted] = useState(() => {
    const { microphoneOn, cameraOn } = preferences.getState();
    const { publish, muteOnStart } = props.lobby;
    return {
      microphone: microphoneOn && publish.includes("microphone") && !muteOnStart,
      camera: cameraOn && publish.includes("camera"),
    };
  });
  const preview = useDevicePreview(wanted, usePreference("devices"));
  return preview && <OpenLobby {...props} preview={preview} />;
}

function OpenLobby({ preview, onJoin, ...props }: LobbyProps & { preview: DevicePreview }) {
  const { lobby } = props;
  const preferences = usePreferencesStore();
  const chosen = usePreference("devices");
  const rememberedName = usePreference("name");
  const state = useStore(preview.state);
  const devices = useStore(preview.devices);
  const [name, setName] = useState(lobby.mayRename ? rememberedName : lobby.name);
  /** The tracks while the meeting takes them over, so that the picture stays. */
  const [handed, setHanded] = useState<PreviewTracks | null>(null);

  const toggle = (source: "microphone" | "camera") => {
    const { track, pending } = state[source];
    const on = track === null && !pending;
    preferences.setState(source === "microphone" ? { microphoneOn: on } : { cameraOn: on });
    if (on) void preview.start({ microphone: source === "microphone", camera: source === "camera" });
    else preview.stop(source);
  };
  const chooseDevice = (kind: MediaDeviceKind, deviceId: string) => {
    preferences.setState({ devices: { ...chosen, [kind]: deviceId } });
    if (kind === "audioinput") void preview.switchDevice("microphone", deviceId);
    if (kind === "videoinput") void preview.switchDevice("camera", deviceId);
  };
  const join = async (passphrase: PassphraseChoice | null) => {
    if (lobby.mayRename) preferences.setState({ name: name.trim() });
    const tracks = preview.handOver();
    setHanded(tracks);
    if (await onJoin({ name: lobby.mayRename ? name.trim() : undefined, tracks, passphrase })) return;
    setHanded(null);
    for (const track of [tracks.microphone, tracks.camera]) if (typeof track === "object") track.stop();
    await preview.start({ microphone: tracks.microphone !== false, camera: tracks.camera !== false });
  };
  return (
    <LobbyView
      {...props}
      name={name}
      onNameChange={setName}
      microphone={{
        ...state.microphone,
        track: shownTrack(handed?.microphone, state.microphone.track),
      }}
      camera={{ ...state.camera, track: shownTrack(handed?.camera, state.camera.track) }}
      devices={devices}
      chosen={chosen}
      onToggle={toggle}
      onChooseDevice={chooseDevice}
      onJoin={(passphrase) => void join(passphrase)}
    />
  );
}

/** The track that was given away, else the preview's own. */
function shownTrack<T extends { mediaStreamTrack: MediaStreamTrack }>(handed: T | boolean | undefined, own: T | null) {
  return (typeof handed === "object" ? handed : own)?.mediaStreamTrack ?? null;
}
