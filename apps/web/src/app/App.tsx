import type { SottoApi } from "@sotto/client";
import { lazy, Suspense, useEffect, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Goodbye } from "../features/goodbye/Goodbye.tsx";
import { Landing } from "../features/landing/Landing.tsx";
import { Problem } from "../features/problem/Problem.tsx";
import { useStore } from "../ui/useStore.ts";
import type { AppController } from "./AppController.ts";
import type { AppState, Entry } from "./AppState.ts";
import { ErrorBoundary } from "./ErrorBoundary.tsx";
import { linkWithPassphrase } from "./LinkPassphrase.ts";
import { meetingPath, readPastedLink } from "./route.ts";
import { Shell } from "./Shell.tsx";
import { Waiting } from "./Waiting.tsx";

const loadMeeting = () => import("./meeting/MeetingView.tsx");
const Lobby = lazy(async () => ({ default: (await import("../features/lobby/Lobby.tsx")).Lobby }));
const MeetingView = lazy(async () => ({ default: (await loadMeeting()).MeetingView }));
const MeetingTranscript = lazy(async () => ({
  default: (await import("../features/captions/MeetingTranscript.tsx")).MeetingTranscript,
}));
const MeetingReceipt = lazy(async () => ({
  default: (await import("../features/receipt/MeetingReceipt.tsx")).MeetingReceipt,
}));
const ToastProvider = lazy(async () => ({ default: (await import("../ui/Toast.tsx")).ToastProvider }));

export interface AppProps {
  controller: AppController;
  api: SottoApi;
}

/** The whole page: one view per state, in the frame that fits it. */
export function App({ controller, api }: AppProps) {
  const state = useStore(controller.state);
  useDocumentTitle(state);
  useMeetingCodeAhead(state.view === "lobby" || state.view === "waiting");
  return (
    <ErrorBoundary>
      <Suspense fallback={<Waiting />}>{view(state, controller, api)}</Suspense>
    </ErrorBoundary>
  );
}

function view(state: AppState, controller: AppController, api: SottoApi): ReactNode {
  const goHome = () => controller.goTo({ kind: "landing" });
  switch (state.view) {
    case "starting":
      return <Waiting />;
    case "rejoining":
      return <Waiting words="rejoining" />;
    case "landing":
      return (
        <Shell>
          <Landing
            api={api}
            onStart={(keyModel) => controller.openMeeting(keyModel)}
            readLink={(text) => readPastedLink(text, window.location.origin)}
            onFollow={(route) => controller.goTo(route)}
          />
        </Shell>
      );
    case "lobby":
    case "joining":
    case "waiting":
      return (
        <Shell>
          <Lobby
            lobby={state.lobby}
            isJoining={state.view === "joining"}
            waitingRoom={state.view === "waiting" ? state.waitingRoom : null}
            goesOnWaiting={state.view === "lobby" && state.entry.kind === "seat" && state.entry.seat.waiting}
            failure={state.view === "lobby" ? state.failure : null}
            wasRestarted={wasRestarted(state.entry)}
            givenPassphrase={wasRestarted(state.entry) ? "" : controller.givenPassphrase(state.lobby.roomId)}
            onJoin={(choice) => controller.join(choice)}
            onLeave={() => controller.leaveWaiting()}
            onRestart={
              state.entry.kind === "seat" && state.lobby.role === "host" ? () => void controller.restart() : undefined
            }
          />
        </Shell>
      );
    case "meeting": {
      const link = state.openLink
        ? new URL(meetingPath(state.meeting.info.room.roomId), window.location.origin).href
        : null;
      const mayCarry = state.meeting.info.passphrase?.mayPutInLink === true;
      return (
        <ToastProvider>
          <MeetingView
            meeting={state.meeting}
            inviteLink={link}
            inviteLinkWithPassphrase={
              link !== null && mayCarry && state.passphrase !== null ? linkWithPassphrase(link, state.passphrase) : null
            }
            onLeft={(reason) => controller.left(reason)}
          />
        </ToastProvider>
      );
    }
    case "goodbye":
      return (
        <Shell>
          <Goodbye {...state} receipt={receiptOf(state, api)} onBack={() => controller.start()} onHome={goHome} />
        </Shell>
      );
    case "problem":
      return (
        <Shell>
          <Problem code={state.code} onRetry={() => controller.start()} onHome={goHome} />
        </Shell>
      );
  }
}

/** Its code is fetched with the goodbye, which is not to wait for it. */
function receiptOf({ receipt }: Extract<AppState, { view: "goodbye" }>, api: SottoApi): ReactNode {
  if (receipt === null) return null;
  return (
    <Suspense fallback={null}>
      {receipt.token !== null && <MeetingTranscript api={api} token={receipt.token} />}
      <MeetingReceipt api={api} token={receipt.token} />
    </Suspense>
  );
}

function wasRestarted(entry: Entry): boolean {
  return entry.kind === "seat" && entry.restarted;
}

/** While the person is in the lobby, what the meeting needs is fetched already; joining itself reports a failure. */
function useMeetingCodeAhead(isNear: boolean): void {
  useEffect(() => {
    if (isNear) void Promise.allSettled([loadMeeting(), import("../ui/Toast.tsx"), import("./joinMeeting.ts")]);
  }, [isNear]);
}

function useDocumentTitle(state: AppState): void {
  const { t } = useTranslation("app");
  useEffect(() => {
    document.title = [meetingTitleOf(state), t("title")].filter(Boolean).join(" · ");
  });
}

/** Title of the meeting that the person is in or about to join; empty when it has none. */
function meetingTitleOf(state: AppState): string {
  switch (state.view) {
    case "lobby":
    case "joining":
    case "waiting":
      return state.lobby.title;
    case "meeting":
      return state.meeting.info.room.title;
    case "starting":
    case "rejoining":
    case "landing":
    case "goodbye":
    case "problem":
      return "";
  }
}
