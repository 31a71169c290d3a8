import type { ClientErrorCode, LeaveReason, Meeting } from "@sotto/client";
import type { LobbyAnswer } from "@sotto/protocol";
import type { ProblemCode } from "../features/problem/ProblemCode.ts";
import type { Invitation } from "./tabMemory.ts";

/** How to get back into a meeting: on the old seat, through the lobby of its open link, or not at all. */
export type WayBack = "seat" | "lobby" | null;

/**
 * Where the person is. The way of a meeting: landing -> lobby -> joining -> meeting -> goodbye; a reload in a meeting
 * goes rejoining -> meeting. Every failure that a person cannot mend on the spot is a problem.
 */
export type AppState =
  | { readonly view: "starting" }
  | { readonly view: "landing" }
  | {
      readonly view: "lobby";
      readonly invitation: Invitation;
      readonly lobby: LobbyAnswer;
      /** Why the last attempt to join failed, when another may succeed. */
      readonly failure: ClientErrorCode | null;
    }
  | { readonly view: "joining"; readonly invitation: Invitation; readonly lobby: LobbyAnswer }
  | { readonly view: "rejoining" }
  | { readonly view: "meeting"; readonly meeting: Meeting; readonly openLink: boolean }
  | {
      readonly view: "goodbye";
      readonly reason: LeaveReason;
      readonly title: string;
      readonly wayBack: WayBack;
      /** Where the integrator wants people to go on, or empty. */
      readonly logoutUrl: string;
    }
  | { readonly view: "problem"; readonly code: ProblemCode };
