import {
  SottoError,
  Store,
  type ChatHistory,
  type ClientErrorCode,
  type JoinCredential,
  type LeaveReason,
  type Meeting,
  type PreviewTracks,
  type ReadonlyStore,
  type SottoApi,
} from "@sotto/client";
import type { E2eeModel, LobbyAnswer } from "@sotto/protocol";
import { missingSupport } from "../features/problem/browserSupport.ts";
import { mayPass, type ProblemCode } from "../features/problem/ProblemCode.ts";
import type { LobbyChoice } from "../features/lobby/Lobby.tsx";
import type { AppState, Entry, WayBack } from "./AppState.ts";
import type { LinkPassphrase } from "./LinkPassphrase.ts";
import type { PreferencesStore } from "./preferences.ts";
import { meetingPath, routeOf, type Route } from "./route.ts";
import type { Invitation, Seat, TabMemory } from "./tabMemory.ts";

export interface AppContext {
  readonly api: SottoApi;
  readonly memory: TabMemory;
  readonly preferences: PreferencesStore;
  readonly chatHistory: Promise<ChatHistory>;
  readonly linkPassphrase: LinkPassphrase;
  readonly location: Location;
  readonly history: History;
}

type InLobby = Extract<AppState, { view: "lobby" }>;

/** How often the lobby looks whether a meeting was opened meanwhile. */
const lookAgainMs = 3_000;

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
    this.#context.linkPassphrase.take();
    this.#leaveMeeting();
    this.#follow(routeOf(new URL(this.#context.location.href)));
  }

  /** The passphrase that came with the link to a room, or empty. */
  givenPassphrase(roomId: string): string {
    return this.#context.linkPassphrase.textFor(meetingPath(roomId));
  }

  /** Opens a meeting here and goes to its lobby. Throws a `SottoError` when the server refuses. */
  async openMeeting(keyModel: Exclude<E2eeModel, "none">): Promise<void> {
    const { roomId, token } = await this.#context.api.openMeeting({ keyModel });
    this.#context.memory.invitation = { token, roomId, openLink: true };
    this.goTo({ kind: "meeting", roomId });
  }

  /** Goes to another view of this page, with an entry in the browser's history. */
  goTo(route: Route): void {
    this.#context.history.pushState(null, "", route.kind === "meeting" ? meetingPath(route.roomId) : "/");
    this.#follow(route);
  }

  /** Joins from the lobby. Resolves to whether the person is out of it: in the meeting, or at a problem. */
  async join({ name, tracks, passphrase }: LobbyChoice): Promise<boolean> {
    const before = this.#state.get();
    if (before.view !== "lobby") return true;
    const { entry, lobby } = before;
    await this.#try({ view: "joining", entry, lobby }, async (signal) => {
      try {
        const meeting = await this.#enter(credentialOf(entry, name), tracks, passphrase, signal);
        this.#beIn(meeting, openLinkOf(entry), passphrase?.text ?? null);
      } catch (error) {
        if (signal.aborted || !(error instanceof SottoError)) throw error;
        const { code, openedBy = null } = error;
        const next = this.#entryAfter(error, before, tracks);
        if (!mayPass(code)) return this.#giveUp(next, error);
        // Somebody may have opened the meeting meanwhile, or begun it again.
        const now = lobby.passphrase ? await this.#askLobby(next, signal).catch(() => lobby) : lobby;
        if (!signal.aborted)
          this.#beInLobby({ ...before, entry: next, lobby: now, failure: { code, openedBy } }, signal);
      }
    });
    return this.#state.get().view !== "lobby";
  }

  /** Begins the meeting in whose lobby the person is again, with a new passphrase; for hosts who have a seat. */
  async restart(): Promise<void> {
    const before = this.#state.get();
    if (before.view !== "lobby" || before.entry.kind !== "seat") return;
    const { seat } = before.entry;
    await this.#try(before, async (signal) => {
      try {
        await this.#context.api.restart(seat.participantId);
        const entry = { kind: "seat", seat, restarted: false } as const;
        const lobby = await this.#askLobby(entry, signal);
        if (!signal.aborted) this.#beInLobby({ view: "lobby", entry, lobby, failure: null }, signal);
      } catch (error) {
        if (signal.aborted || !mayPass(codeOf(error))) throw error;
        this.#beInLobby({ ...before, failure: { code: codeOf(error) as ClientErrorCode, openedBy: null } }, signal);
      }
    });
  }

  /** Called when the meeting is over for this person. */
  left(reason: LeaveReason): void {
    const state = this.#state.get();
    if (state.view !== "meeting") return;
    const { memory } = this.#context;
    const seat = memory.seat;
    if (reason === "restarted" && seat) {
      void state.meeting[Symbol.asyncDispose]();
      return this.#rejoin(seat, { restarted: true });
    }
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
        lobby = await api.lobby(credentialOf({ kind: "invitation", invitation }));
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
      this.#beInLobby(
        { view: "lobby", entry: { kind: "invitation", invitation: known }, lobby, failure: null },
        signal,
      );
    });
  }

  /**
   * Shows the lobby, if this browser can meet at all, and looks again whether the meeting was opened meanwhile. Whoever
   * was given a passphrase for a meeting, or joined it with one, is not taken into it without.
   */
  #beInLobby(state: InLobby, signal: AbortSignal): void {
    const { entry, lobby } = state;
    const missing = missingSupport(lobby.e2eeModel);
    if (missing) return this.#state.set({ view: "problem", code: missing });
    const expectsPassphrase = entry.kind === "seat" ? entry.seat.passphrase : this.givenPassphrase(lobby.roomId) !== "";
    if (expectsPassphrase && lobby.e2eeModel !== "passphrase") {
      return this.#state.set({ view: "problem", code: "encryption_unsupported" });
    }
    this.#state.set(state);
    if (lobby.passphrase?.openedBy === null) void this.#lookForOpening(entry, signal);
  }

  async #lookForOpening(entry: Entry, signal: AbortSignal): Promise<void> {
    for (;;) {
      await new Promise((resolve) => setTimeout(resolve, lookAgainMs));
      const before = this.#state.get();
      if (signal.aborted || before.view !== "lobby") return;
      try {
        const lobby = await this.#askLobby(entry, signal);
        if (signal.aborted || lobby.passphrase?.openedBy === null) continue;
        return this.#beInLobby({ ...before, lobby }, signal);
      } catch (error) {
        if (signal.aborted) return;
        if (!mayPass(codeOf(error))) return this.#state.set({ view: "problem", code: codeOf(error) });
      }
    }
  }

  async #askLobby(entry: Entry, signal: AbortSignal): Promise<LobbyAnswer> {
    const lobby = await this.#context.api.lobby(credentialOf(entry));
    signal.throwIfAborted();
    return lobby;
  }

  /** By what to try again: an attempt that came as far as a seat has used the invitation up. */
  #entryAfter({ participantId }: SottoError, { entry, lobby }: InLobby, tracks: PreviewTracks): Entry {
    if (participantId === undefined) return entry;
    const { memory } = this.#context;
    const seat: Seat = {
      participantId,
      roomId: lobby.roomId,
      openLink: openLinkOf(entry),
      microphone: tracks.microphone !== false,
      camera: tracks.camera !== false,
      passphrase: lobby.e2eeModel === "passphrase",
    };
    memory.invitation = null;
    memory.seat = seat;
    return { kind: "seat", seat, restarted: false };
  }

  /** No other attempt by this entry can succeed. Where anybody may have a new token, a lost seat is no end. */
  #giveUp(entry: Entry, error: SottoError): void {
    const { memory } = this.#context;
    if (entry.kind === "seat") {
      memory.seat = null;
      if (entry.seat.openLink && ["resume_invalid", "session_ended"].includes(error.code)) {
        return this.#askForToken(entry.seat.roomId);
      }
    }
    throw error;
  }

  #askForToken(roomId: string): void {
    void this.#try({ view: "starting" }, async (signal) => {
      const { token } = await this.#context.api.guestToken(roomId);
      if (!signal.aborted) this.#openLobby({ token, roomId, openLink: true });
    });
  }

  /** Takes the person back to their seat; where there is a passphrase, through the lobby, which asks for it. */
  #rejoin(seat: Seat, { restarted = false } = {}): void {
    void this.#try({ view: "rejoining" }, async (signal) => {
      const { memory } = this.#context;
      try {
        if (seat.passphrase) {
          const entry = { kind: "seat", seat, restarted } as const;
          const lobby = await this.#askLobby(entry, signal);
          return this.#beInLobby({ view: "lobby", entry, lobby, failure: null }, signal);
        }
        const wanted = { microphone: seat.microphone, camera: seat.camera };
        const credential = { kind: "resume", participantId: seat.participantId } as const;
        this.#beIn(await this.#enter(credential, wanted, null, signal), seat.openLink, null);
      } catch (error) {
        if (signal.aborted) return;
        if (mayPass(codeOf(error))) throw error;
        memory.seat = null;
        if (!seat.openLink || codeOf(error) === "removed") throw error;
        this.#askForToken(seat.roomId);
      }
    });
  }

  async #enter(
    credential: JoinCredential,
    media: PreviewTracks,
    passphrase: LobbyChoice["passphrase"],
    signal: AbortSignal,
  ): Promise<Meeting> {
    const { preferences, location, chatHistory } = this.#context;
    const { devices } = preferences.getState();
    const { joinMeeting } = await import("./joinMeeting.ts");
    return joinMeeting({
      origin: location.origin,
      credential,
      media,
      devices,
      passphrase,
      history: await chatHistory,
      signal,
    });
  }

  /** The meeting has begun: the invitation is used up, and a reload finds the seat. */
  #beIn(meeting: Meeting, openLink: boolean, passphrase: string | null): void {
    const { memory } = this.#context;
    const { participantId, room } = meeting.info;
    memory.invitation = null;
    const rememberSeat = () => {
      const { microphone, camera } = meeting.localMedia.state.get();
      const media = { microphone: microphone.enabled, camera: camera.enabled };
      memory.seat = { participantId, roomId: room.roomId, openLink, ...media, passphrase: passphrase !== null };
    };
    rememberSeat();
    const forget = meeting.localMedia.state.subscribe(rememberSeat);
    const unsubscribe = meeting.connection.subscribe(() => {
      if (meeting.connection.get().status !== "ended") return;
      forget();
      unsubscribe();
    });
    this.#state.set({ view: "meeting", meeting, openLink, passphrase });
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

function openLinkOf(entry: Entry): boolean {
  return entry.kind === "invitation" ? entry.invitation.openLink : entry.seat.openLink;
}

function credentialOf(entry: Entry, name?: string): JoinCredential {
  if (entry.kind === "seat") return { kind: "resume", participantId: entry.seat.participantId };
  return { kind: "token", token: entry.invitation.token, ...(name !== undefined && { name }) };
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
