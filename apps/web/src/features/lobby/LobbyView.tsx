import type { ClientErrorCode, Devices, PreviewSource } from "@sotto/client";
import type { LobbyAnswer } from "@sotto/protocol";
import { CircleAlert, DoorClosed, KeyRound } from "lucide-react";
import { useState, type ReactNode } from "react";
import { Form } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { Banner } from "../../ui/Banner.tsx";
import { Button } from "../../ui/Button.tsx";
import { TextField } from "../../ui/TextField.tsx";
import { DeviceChoices } from "./DeviceChoices.tsx";
import styles from "./LobbyView.module.css";
import {
  draftIssue,
  passphraseTask,
  type DraftIssue,
  type PassphraseDraft,
  type PassphraseTask,
} from "./passphrase/PassphraseDraft.ts";
import { PassphraseSection } from "./passphrase/PassphraseSection.tsx";
import { PreviewTile } from "./PreviewTile.tsx";
import { Protection } from "./Protection.tsx";
import { Statistics } from "./Statistics.tsx";

/** A microphone or camera as the view sees it. */
export type LobbySource = PreviewSource<MediaStreamTrack>;

/**
 * Why the last attempt to join failed. `openedBy`: who opened the meeting, where the passphrase was another than theirs.
 * `sessionId`: the session that the attempt came to; null where it came to none.
 */
export interface JoinFailure {
  readonly code: ClientErrorCode;
  readonly openedBy: string | null;
  readonly sessionId: string | null;
}

/** The passphrase a person joins with, and whether they open the meeting with it. */
export interface PassphraseChoice {
  readonly text: string;
  readonly open: boolean;
}

export interface LobbyViewProps {
  lobby: LobbyAnswer;
  name: string;
  onNameChange: (name: string) => void;
  /** Whether the person is to be in the meeting's statistics; undefined where it has none. */
  isCounted: boolean | undefined;
  onCountedChange: (isCounted: boolean) => void;
  microphone: LobbySource;
  camera: LobbySource;
  devices: Devices;
  /** Preferred device by kind; one that is gone counts as none. */
  chosen: Partial<Record<MediaDeviceKind, string>>;
  isJoining: boolean;
  failure: JoinFailure | null;
  /** Whether the person was in the meeting when it began again with a new passphrase. */
  wasRestarted: boolean;
  /** A passphrase that came with the link, or empty. */
  givenPassphrase: string;
  onToggle: (source: "microphone" | "camera") => void;
  onChooseDevice: (kind: MediaDeviceKind, deviceId: string) => void;
  /** `later`: the passphrase is typed once the person is let in. */
  onJoin: (passphrase: PassphraseChoice | "later" | null) => void;
  /** Begins the meeting again with a new passphrase; undefined for who may not, or has no seat yet. */
  onRestart: (() => void) | undefined;
  /** What there is to know for whoever waits to be let in, in place of the form; null before. */
  waiting: ReactNode;
}

const longestName = 100;

export function LobbyView(props: LobbyViewProps) {
  const { lobby, name, onNameChange, microphone, camera, devices, chosen, isJoining, failure } = props;
  const { onToggle, onChooseDevice, onJoin } = props;
  const { t } = useTranslation("lobby");
  const hasName = name.trim() !== "";
  const [isNameMissed, setNameMissed] = useState(false);
  const [draft, setDraft] = useState(() => draftOf(props.givenPassphrase));
  const [wasRestarted, setRestarted] = useState(props.wasRestarted);
  if (wasRestarted !== props.wasRestarted) {
    // What was typed for the session before must not open this one by a second click.
    setRestarted(props.wasRestarted);
    setDraft(draftOf(props.givenPassphrase));
  }
  const [issue, setIssue] = useState<DraftIssue | null>(null);
  /** The failure that the person has answered by typing something else. */
  const [answered, setAnswered] = useState<JoinFailure | null>(null);
  // Whoever has to wait anyway need not wait for the passphrase first.
  const isLater = lobby.waitingRoom && lobby.passphrase !== null && passphraseTask(lobby.passphrase) === "wait";
  const task = lobby.passphrase && !isLater ? passphraseTask(lobby.passphrase) : null;
  const isWrong = failure?.code === "passphrase_wrong";

  const submit = () => {
    const found = task && draftIssue(draft, task);
    setNameMissed(!hasName);
    setIssue(found);
    if (!hasName || found !== null || isJoining || task === "wait") return;
    onJoin(isLater ? "later" : task && { text: draft.text, open: task === "open" });
  };
  const changeDraft = (next: PassphraseDraft) => {
    setIssue(null);
    setAnswered(failure);
    setDraft(next);
  };
  return (
    <div className={styles.lobby}>
      <header className={styles.heading}>
        <h1 className={styles.title}>{lobby.title || t("untitled")}</h1>
        <p className={styles.role}>{t(props.waiting ? "waiting.unseen" : introduction(lobby))}</p>
      </header>
      <PreviewTile
        name={name}
        publish={lobby.publish}
        microphone={microphone}
        camera={camera}
        isDisabled={isJoining}
        onToggle={onToggle}
      />
      {props.waiting ? (
        <div className={styles.side}>{props.waiting}</div>
      ) : (
        <Form
          className={styles.side ?? ""}
          validationBehavior="aria"
          onSubmit={(event) => {
            event.preventDefault();
            submit();
          }}
        >
          {failure?.code === "passphrase_required" && (
            <Banner live tone="protected" icon={<KeyRound />}>
              {t("waiting.letIn")}
            </Banner>
          )}
          {lobby.mayRename ? (
            <TextField
              label={t("name.label")}
              description={t("name.description")}
              value={name}
              onChange={(value) => {
                setNameMissed(false);
                onNameChange(value);
              }}
              isInvalid={isNameMissed}
              errorMessage={t("name.missing")}
              maxLength={longestName}
              autoComplete="name"
              isDisabled={isJoining}
              // The one thing to fill in here. Not where that would push a keyboard over the picture.
              // oxlint-disable-next-line jsx-a11y/no-autofocus
              autoFocus={window.matchMedia("(pointer: fine)").matches}
            />
          ) : (
            <p className={styles.joiningAs}>{t("name.fixed", { name })}</p>
          )}
          {lobby.passphrase && !isLater && (
            <PassphraseSection
              passphrase={lobby.passphrase}
              draft={draft}
              onChange={changeDraft}
              issue={issue}
              wrongFor={isWrong && failure !== answered ? failure.openedBy : null}
              wasRestarted={props.wasRestarted}
              isJoining={isJoining}
              onRestart={isWrong ? props.onRestart : undefined}
            />
          )}
          <Protection model={lobby.e2eeModel} />
          {props.isCounted !== undefined && (
            <Statistics isCounted={props.isCounted} onChange={props.onCountedChange} isDisabled={isJoining} />
          )}
          {lobby.waitingRoom && (
            <Banner icon={<DoorClosed />} title={t("waiting.ahead.title")}>
              {t(isLater ? "waiting.ahead.passphraseLater" : "waiting.ahead.text")}
            </Banner>
          )}
          {failure !== null && !isWrong && failure.code !== "passphrase_required" && (
            <Banner live tone="danger" icon={<CircleAlert />}>
              {t(failureWords(failure.code))}
            </Banner>
          )}
          {issue === "weak" && (
            <Banner live tone="warning" icon={<CircleAlert />}>
              {t("passphrase.issue.weak")}
            </Banner>
          )}
          <Button type="submit" variant="primary" size="l" wide isPending={isJoining} isDisabled={task === "wait"}>
            {t(isJoining ? joiningWords(task) : task === "open" ? "open" : lobby.waitingRoom ? "waiting.ask" : "join")}
          </Button>
        </Form>
      )}
      <DeviceChoices
        publish={lobby.publish}
        devices={devices}
        chosen={chosen}
        microphone={microphone.track}
        camera={camera.track}
        onChoose={onChooseDevice}
      />
    </div>
  );
}

function introduction({ role, waitingRoom }: LobbyAnswer) {
  if (waitingRoom) return "waiting.youAsk";
  return role === "host" ? "youHost" : "youJoin";
}

function draftOf(text: string): PassphraseDraft {
  return { text, repeated: text, acceptsWeak: false };
}

function joiningWords(task: PassphraseTask | null) {
  return task === null ? "joining" : "joiningWithPassphrase";
}

function failureWords(code: ClientErrorCode) {
  switch (code) {
    case "room_full":
      return "failure.full";
    case "media_unavailable":
      return "failure.media";
    case "rate_limited":
      return "failure.busy";
    case "not_opened":
      return "failure.notOpened";
    default:
      return "failure.server";
  }
}
