import {
  SottoError,
  Store,
  type JoinCredential,
  type LeaveReason,
  type Meeting,
  type PreviewTracks,
  type ReadonlyStore,
  type SottoApi,
} from "@sotto/client";
import type { LobbyAnswer } from "@sotto/protocol";
import { missingSupport } from "../features/problem/browserSupport.ts";
import { mayPass, type ProblemCode } from "../features/problem/ProblemCode.ts";
import type { AppState, WayBack } from "./AppState.ts";

import type { PreferencesStore } from "./preferences.ts";
import { meetingPath, routeOf, type Route } from "./route.ts";
import type { Invitation, Seat, TabMemory } from "./tabMemory.ts";

export interface AppContext {
  readonly api: SottoApi;
  readonly memory: TabMemory;
  readonly preferences: PreferencesStore;
  readonly location: Location;
  readonly history: History;
}

/** What the lobby hands over when the person joins. */
export interface JoinChoice {
  readonly name: string | undefined;
  readonly tracks: PreviewTracks;
}

/** Moves the page from view to view. One attempt is under way at a time; a newer one makes older answers void. */
export class AppController {
  readonly #context: AppContext;
  readonly #state = new Store<AppState>({ view: "starting" });
  #attempt = new AbortController();

  constructor(context: AppContext) {
    this.#context = context;
  }

  get state(): ReadonlyStore<AppState> {
    return this.#state;
  }

  /** Goes where the address says: at the start, and when the person goes back or forward in the browser. */
  start(): void {
    this.#leaveMeeting();
    this.#follow(routeOf(new URL(this.#context.location.href)));
  }

  /** Opens a meeting here and goes to its lobby. Throws a `SottoError` when the server refuses. */
  async openMeeting(): Promise<void> {
    const { roomId, token } = await this.#context.api.openMeeting();
    this.#context.memory.invitation = { token, roomId, openLink: true };
    this.goTo({ kind: "meeting", roomId });
  }

  /** Goes to another view of this page, with an entry in the browser's history. */
  goTo(route: Route): void {
    this.#context.history.pushState(null, "", route.kind === "meeting" ? meetingPath(route.roomId) : "/");
    this.#follow(route);
  }

  /** Joins from the lobby. Resolves to whether the person is out of it: in the meeting, or at a problem. */
  async join({ name, tracks }: JoinChoice): Promise<boolean> {
    const lobbyState = this.#state.get();
    if (lobbyState.view !== "lobby") return true;
    const { invitation, lobby } = lobbyState;
    await this.#try({ view: "joining", invitation, lobby }, async (signal) => {
      const credential = { kind: "token" as const, token: invitation.token, ...(name !== undefined && { name }) };
      try {
        this.#beIn(await this.#enter(credential, tracks, signal), invitation.openLink);
      } catch (error) {
        if (signal.aborted || !(error instanceof SottoError) || !mayPass(error.code)) throw error;
        this.#state.set({ ...lobbyState, failure: error.code });
      }
    });
    return this.#state.get().view !== "lobby";
  }

  /** Called when the meeting is over for this person. */
  left(reason: LeaveReason): void {
    const state = this.#state.get();
    if (state.view !== "meeting") return;
    const { memory } = this.#context;
    const seat = memory.seat;
    const wayBack = wayBackAfter(reason, seat?.openLink ?? false);
    if (wayBack !== "seat") memory.seat = null;
    const { title, logoutUrl } = state.meeting.info.room;
    this.#state.set({ view: "goodbye", reason, title, wayBack, logoutUrl });
    void state.meeting[Symbol.asyncDispose]();
  }

  #follow(route: Route): void {
    const { memory } = this.#context;
    switch (route.kind) {
      case "landing": {
        const waiting = memory.invitation;
        if (waiting?.roomId === null) return this.#openLobby(waiting);
        this.#attempt.abort();
        return this.#state.set({ view: "landing" });
      }
      case "invitation": {
        const invitation = { token: route.token, roomId: null, openLink: false };
        memory.invitation = invitation;
        memory.seat = null;
        // The token leaves the address bar, and so the browser's history, before anything else happens.
        this.#context.history.replaceState(null, "", "/");
        return this.#openLobby(invitation);
      }
      case "meeting": {
        const { seat, invitation } = memory;
        if (seat?.roomId === route.roomId) return this.#rejoin(seat);
        if (invitation?.roomId === route.roomId) return this.#openLobby(invitation);
        return this.#askForToken(route.roomId);
      }
      case "unknown":
        return this.#state.set({ view: "problem", code: "link_unknown" });
    }
  }

  #openLobby(invitation: Invitation): void {
    void this.#try({ view: "starting" }, async (signal) => {
      const { api, memory, history } = this.#context;
      let lobby: LobbyAnswer;
      try {
        lobby = await api.lobby({ kind: "token", token: invitation.token });
      } catch (error) {
        if (signal.aborted) return;
        memory.invitation = null;
        // Whoever holds the open link may have a new token; an integrator's invitation is used up for good.
        if (invitation.openLink && invitation.roomId !== null && codeOf(error).startsWith("token_")) {
          return this.#askForToken(invitation.roomId);
        }
        if (mayPass(codeOf(error))) memory.invitation = invitation;
        throw error;
      }
      if (signal.aborted) return;
      const known = { ...invitation, roomId: lobby.roomId };
      memory.invitation = known;
      history.replaceState(null, "", meetingPath(lobby.roomId));
      const missing = missingSupport(lobby.e2eeModel);
      this.#state.set(
        missing ? { view: "problem", code: missing } : { view: "lobby", invitation: known, lobby, failure: null },
      );
    });
  }

  #askForToken(roomId: string): void {
    void this.#try({ view: "starting" }, async (signal) => {
      const { token } = await this.#context.api.guestToken(roomId);
      if (!signal.aborted) this.#openLobby({ token, roomId, openLink: true });
    });
  }

  #rejoin(seat: Seat): void {
    void this.#try({ view: "rejoining" }, async (signal) => {
      const { memory } = this.#context;
      try {
        const wanted = { microphone: seat.microphone, camera: seat.camera };
        const meeting = await this.#enter({ kind: "resume", participantId: seat.participantId }, wanted, signal);
        this.#beIn(meeting, seat.openLink);
      } catch (error) {
        if (signal.aborted) return;
        if (mayPass(codeOf(error))) throw error;
        memory.seat = null;
        if (!seat.openLink || codeOf(error) === "removed") throw error;
        this.#askForToken(seat.roomId);
      }
    });
  }

  async #enter(credential: JoinCredential, media: PreviewTracks, signal: AbortSignal): Promise<Meeting> {
    const { preferences, location } = this.#context;
    const { devices } = preferences.getState();
    const { joinMeeting } = await import("./joinMeeting.ts");
    return joinMeeting({ origin: location.origin, credential, media, devices, signal });
  }

  /** The meeting has begun: the invitation is used up, and a reload finds the seat. */
  #beIn(meeting: Meeting, openLink: boolean): void {
    const { memory } = this.#context;
    const { participantId, room } = meeting.info;
    memory.invitation = null;
    const rememberSeat = () => {
      const { microphone, camera } = meeting.localMedia.state.get();
      const media = { microphone: microphone.enabled, camera: camera.enabled };
      memory.seat = { participantId, roomId: room.roomId, openLink, ...media };
    };
    rememberSeat();
    const forget = meeting.localMedia.state.subscribe(rememberSeat);
    const unsubscribe = meeting.connection.subscribe(() => {
      if (meeting.connection.get().status !== "ended") return;
      forget();
      unsubscribe();
    });
    this.#state.set({ view: "meeting", meeting, openLink });
  }

  /** Going away by the browser's history is leaving; the way back is one step forward. */
  #leaveMeeting(): void {
    const state = this.#state.get();
    if (state.view !== "meeting") return;
    this.#context.memory.seat = null;
    void state.meeting[Symbol.asyncDispose]();
  }

  /** Shows `state` while `work` runs; what it throws becomes a problem, unless something newer has begun meanwhile. */
  async #try(state: AppState, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    this.#attempt.abort();
    const { signal } = (this.#attempt = new AbortController());
    this.#state.set(state);
    try {
      await work(signal);
    } catch (error) {
      if (!signal.aborted) this.#state.set({ view: "problem", code: codeOf(error) });
    }
  }
}

function codeOf(error: unknown): ProblemCode {
  return error instanceof SottoError ? error.code : "page_failed";
}

function wayBackAfter(reason: LeaveReason, openLink: boolean): WayBack {
  switch (reason) {
    case "replaced":
    case "connection_lost":
      return "seat";
    case "left":
    case "server_shutdown":
      return openLink ? "lobby" : null;
    case "removed":
    case "identity_mismatch":
    case "session_ended":
    case "ended_by_host":
    case "ended_by_api":
    case "empty":
    case "duration_over":
    case "restarted":
      return null;
  }
}
