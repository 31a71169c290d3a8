import type { DevicePreview, PreviewTracks, WaitingRoom } from "@sotto/client";
import type { LobbyAnswer } from "@sotto/protocol";
import { useEffect, useEffectEvent, useState } from "react";
import { usePreference, usePreferencesStore } from "../../app/preferences.ts";
import { useStore } from "../../ui/useStore.ts";
import type { LobbyMedia } from "./LobbyMedia.ts";
import { LobbyView, type JoinFailure, type PassphraseChoice } from "./LobbyView.tsx";
import { useDevicePreview } from "./useDevicePreview.ts";
import { WaitingSide } from "./waiting/WaitingSide.tsx";

/** What the person has chosen when they join. */
export interface LobbyChoice {
  readonly name: string | undefined;
  readonly media: LobbyMedia;
  /** Null in a room without one; `later`: it is typed once the person is let in. */
  readonly passphrase: PassphraseChoice | "later" | null;
  /** Whether they are in the meeting's statistics; undefined where it has none. */
  readonly analytics: boolean | undefined;
}

export interface LobbyProps {
  lobby: LobbyAnswer;
  isJoining: boolean;
  /** Where the person waits to be let in; null while they do not. */
  waitingRoom: WaitingRoom | null;
  /** Whether the person waited when this page was loaded, and goes on with it at once. */
  goesOnWaiting: boolean;
  /** Why the last attempt failed, when another may succeed. */
  failure: JoinFailure | null;
  wasRestarted: boolean;
  givenPassphrase: string;
  /** Takes the tracks over when the person is let in. Resolves to whether the person is out of the lobby; if not, they may try again. */
  onJoin: (choice: LobbyChoice) => Promise<boolean>;
  onRestart: (() => void) | undefined;
  /** Waits no longer. */
  onLeave: () => void;
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

function OpenLobby({ preview, onJoin, onLeave, ...props }: LobbyProps & { preview: DevicePreview }) {
  const { lobby, waitingRoom, goesOnWaiting } = props;
  const preferences = usePreferencesStore();
  const chosen = usePreference("devices");
  const rememberedName = usePreference("name");
  const state = useStore(preview.state);
  const devices = useStore(preview.devices);
  const [name, setName] = useState(lobby.mayRename ? rememberedName : lobby.name);
  const [isCounted, setCounted] = useState(lobby.analytics?.included);
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
  const join = async (passphrase: LobbyChoice["passphrase"]) => {
    if (lobby.mayRename) preferences.setState({ name: name.trim() });
    let taken: PreviewTracks | null = null;
    const media: LobbyMedia = {
      wanted: () => wantedOf(preview),
      settled: () => settled(preview),
      take: () => {
        taken = preview.handOver();
        setHanded(taken);
        return taken;
      },
    };
    if (await onJoin({ name: lobby.mayRename ? name.trim() : undefined, media, passphrase, analytics: isCounted }))
      return;
    setHanded(null);
    if (taken) await preview.start(startAgain(taken));
  };
  const goOnWaiting = useEffectEvent(() => void join(lobby.passphrase ? "later" : null));
  useEffect(() => {
    // As if the person had pressed the button again: nobody is there to do it.
    // oxlint-disable-next-line react/set-state-in-effect
    if (goesOnWaiting) goOnWaiting();
  }, [goesOnWaiting]);
  return (
    <LobbyView
      {...props}
      name={name}
      onNameChange={setName}
      isCounted={isCounted}
      onCountedChange={setCounted}
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
      waiting={waitingRoom && <WaitingSide waitingRoom={waitingRoom} onLeave={onLeave} />}
    />
  );
}

function wantedOf(preview: DevicePreview) {
  const { microphone, camera } = preview.state.get();
  return {
    microphone: microphone.track !== null || microphone.pending,
    camera: camera.track !== null || camera.pending,
  };
}

function settled({ state }: DevicePreview): Promise<void> {
  return new Promise((resolve) => {
    let stop = () => {};
    const look = () => {
      const { microphone, camera } = state.get();
      if (microphone.pending || camera.pending) return;
      stop();
      resolve();
    };
    stop = state.subscribe(look);
    look();
  });
}

/** The tracks are not the meeting's after all: they are ended, and what was on is switched on anew. */
function startAgain({ microphone, camera }: PreviewTracks) {
  for (const track of [microphone, camera]) if (typeof track === "object") track.stop();
  return { microphone: microphone !== false, camera: camera !== false };
}

/** The track that was given away, else the preview's own. */
function shownTrack<T extends { mediaStreamTrack: MediaStreamTrack }>(handed: T | boolean | undefined, own: T | null) {
  return (typeof handed === "object" ? handed : own)?.mediaStreamTrack ?? null;
}
