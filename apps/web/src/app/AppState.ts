import type { LeaveReason, Meeting, WaitingRoom } from "@sotto/client";
import type { LobbyAnswer } from "@sotto/protocol";
import type { JoinFailure } from "../features/lobby/LobbyView.tsx";
import type { ProblemCode } from "../features/problem/ProblemCode.ts";
import type { Invitation, Seat } from "./tabMemory.ts";

/** How to get back into a meeting: on the old seat, through the lobby of its open link, or not at all. */
export type WayBack = "seat" | "lobby" | null;

/**
 * By what the person gets in from the lobby: an invitation that was not used yet; or a seat, where the passphrase has to be
 * given again or the last attempt came that far. `restarted`: they were in the meeting when it began again.
 */
export type Entry =
  | { readonly kind: "invitation"; readonly invitation: Invitation }
  | { readonly kind: "seat"; readonly seat: Seat; readonly restarted: boolean };

/**
 * Where the person is. The way of a meeting: landing -> lobby -> joining -> meeting -> goodbye, with `waiting` after
 * `joining` where hosts let people in; a reload in a meeting goes rejoining -> meeting. Every failure that a person cannot
 * mend on the spot is a problem.
 */
export type AppState =
  | { readonly view: "starting" }
  | { readonly view: "landing" }
  | {
      readonly view: "lobby";
      readonly entry: Entry;
      readonly lobby: LobbyAnswer;
      /** Why the last attempt to join failed, when another may succeed. */
      readonly failure: JoinFailure | null;
    }
  | { readonly view: "joining"; readonly entry: Entry; readonly lobby: LobbyAnswer }
  | {
      readonly view: "waiting";
      readonly entry: Entry;
      readonly lobby: LobbyAnswer;
      readonly waitingRoom: WaitingRoom;
    }
  | { readonly view: "rejoining" }
  | {
      readonly view: "meeting";
      readonly meeting: Meeting;
      readonly openLink: boolean;
      /** The passphrase it was joined with, for links that carry it; null in a room without one. */
      readonly passphrase: string | null;
    }
  | {
      readonly view: "goodbye";
      readonly reason: LeaveReason;
      readonly title: string;
      readonly wayBack: WayBack;
      /** Where the integrator wants people to go on, or empty. */
      readonly logoutUrl: string;
      /** For hosts: what the meeting's data receipt is asked for with; null where this page gets none. */
      readonly receipt: { readonly token: string | null } | null;
    }
  | { readonly view: "problem"; readonly code: ProblemCode };
