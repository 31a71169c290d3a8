import {
  SottoError,
  Store,
  type ChatHistory,
  type ClientErrorCode,
  type JoinCredential,
  type LeaveReason,
  type Meeting,
  type ReadonlyStore,
  type SottoApi,
  type WaitingRoom,
} from "@sotto/client";
import type { E2eeModel, LobbyAnswer } from "@sotto/protocol";
import { missingSupport } from "../features/problem/browserSupport.ts";
import { mayPass, type ProblemCode } from "../features/problem/ProblemCode.ts";
import type { LobbyChoice } from "../features/lobby/Lobby.tsx";
import type { AppState, Entry, WayBack } from "./AppState.ts";
import type { JoinMeetingRequest } from "./joinMeeting.ts";
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
type Waiting = Extract<AppState, { view: "waiting" }>;
type Wanted = Readonly<Record<"microphone" | "camera", boolean>>;

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
  async join({ name, media, passphrase, analytics }: LobbyChoice): Promise<boolean> {
    const before = this.#state.get();
    if (before.view !== "lobby") return true;
    const { entry, lobby } = before;
    const wanted = media.wanted();
    await this.#try({ view: "joining", entry, lobby }, async (signal) => {
      try {
        // Whoever has to wait may answer the browser's question meanwhile.
        if (!lobby.waitingRoom) await media.settled();
        const onWaiting = (waitingRoom: WaitingRoom) => this.#beWaiting(before, waitingRoom, wanted);
        const credential = credentialOf(entry, name);
        const meeting = await this.#enter({ credential, media, passphrase, analytics, onWaiting, signal });
        this.#beIn(meeting, openLinkOf(entry), passphrase === "later" ? null : (passphrase?.text ?? null));
      } catch (error) {
        if (signal.aborted || !(error instanceof SottoError)) throw error;
        if (this.#leftWaiting(error)) return;
        const { code, openedBy = null, sessionId = null } = error;
        const next = this.#entryAfter(error, before, wanted);
        if (!mayPass(code)) return this.#giveUp(next, error);
        // Somebody may have opened the meeting meanwhile, or begun it again, or let the person in.
        const now =
          lobby.passphrase || lobby.waitingRoom ? await this.#askLobby(next, signal).catch(() => lobby) : lobby;
        if (signal.aborted) return;
        if (code === "session_replaced") return this.#beInRestartedLobby(next, now, signal);
        this.#beInLobby({ ...before, entry: next, lobby: now, failure: { code, openedBy, sessionId } }, signal);
      }
    });
    return this.#state.get().view !== "lobby";
  }

  /** Waits no longer to be let in. */
  leaveWaiting(): void {
    const state = this.#state.get();
    if (state.view !== "waiting") return;
    this.#attempt.abort();
    this.#sayGoodbye(state, "left");
  }

  /**
   * Begins the session again whose passphrase the person does not have, with a new passphrase; for hosts who have a seat.
   * Where somebody has done so already, the person is told and asked for theirs.
   */
  async restart(): Promise<void> {
    const before = this.#state.get();
    if (before.view !== "lobby" || before.entry.kind !== "seat" || !before.failure?.sessionId) return;
    const { entry, failure } = before;
    const { participantId } = entry.seat;
    const { sessionId } = before.failure;
    await this.#try(before, async (signal) => {
      try {
        await this.#context.api.restart({ sessionId, participantId });
        const lobby = await this.#askLobby(entry, signal);
        this.#beInLobby({ view: "lobby", entry: { ...entry, restarted: false }, lobby, failure: null }, signal);
      } catch (error) {
        const code = codeOf(error);
        if (signal.aborted || !mayPass(code)) throw error;
        if (code === "session_replaced") {
          return this.#beInRestartedLobby(entry, await this.#askLobby(entry, signal), signal);
        }
        this.#beInLobby({ ...before, failure: { ...failure, code: code as ClientErrorCode } }, signal);
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
    const isHost = state.meeting.standing.get().role === "host";
    const receipt = isHost && isReceiptDue(reason) ? { token: state.meeting.receiptToken } : null;
    this.#state.set({ view: "goodbye", reason, title, wayBack, logoutUrl, receipt });
    void state.meeting[Symbol.asyncDispose]();
  }

  /** The place is taken already: a reload finds it, and the token is used up. */
  #beWaiting(before: InLobby, waitingRoom: WaitingRoom, wanted: Wanted): void {
    const { lobby } = before;
    const seat = this.#takeSeat(waitingRoom.participantId, before, { ...wanted, waiting: true });
    const entry = { kind: "seat", seat, restarted: false } as const;
    this.#state.set({ view: "waiting", entry, lobby, waitingRoom });
  }

  /** Whether that is how waiting ends, which is a goodbye and no problem. */
  #leftWaiting({ code }: SottoError): boolean {
    const state = this.#state.get();
    if (state.view !== "waiting" || (code !== "refused" && code !== "removed" && code !== "replaced")) return false;
    this.#sayGoodbye(state, code);
    return true;
  }

  #sayGoodbye({ entry, lobby, waitingRoom }: Waiting, reason: LeaveReason): void {
    const wayBack = wayBackAfter(reason, openLinkOf(entry));
    if (wayBack !== "seat") this.#context.memory.seat = null;
    const { logoutUrl } = waitingRoom.room;
    this.#state.set({ view: "goodbye", reason, title: lobby.title, wayBack, logoutUrl, receipt: null });
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

  /** Shows the lobby of a meeting that has begun again: what was typed for the session before counts no more. */
  #beInRestartedLobby(entry: Entry, lobby: LobbyAnswer, signal: AbortSignal): void {
    const begunAgain = entry.kind === "seat" ? { ...entry, restarted: true } : entry;
    this.#beInLobby({ view: "lobby", entry: begunAgain, lobby, failure: null }, signal);
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
  #entryAfter({ participantId }: SottoError, before: InLobby, wanted: Wanted): Entry {
    const state = this.#state.get();
    if (participantId === undefined) return state.view === "waiting" ? state.entry : before.entry;
    return {
      kind: "seat",
      seat: this.#takeSeat(participantId, before, { ...wanted, waiting: false }),
      restarted: false,
    };
  }

  #takeSeat(participantId: string, { entry, lobby }: InLobby, state: Wanted & Pick<Seat, "waiting">): Seat {
    const { memory } = this.#context;
    const { roomId, e2eeModel } = lobby;
    const passphrase = e2eeModel === "passphrase";
    const seat: Seat = { participantId, roomId, openLink: openLinkOf(entry), passphrase, ...state };
    memory.invitation = null;
    memory.seat = seat;
    return seat;
  }

  /** No other attempt by this entry can succeed. Where anybody may have a new token, a lost seat is no end. */
  #giveUp(entry: Entry, error: SottoError): void {
    const { memory } = this.#context;
    if (entry.kind === "seat") {
      memory.seat = null;
      if (entry.seat.openLink && ["resume_invalid", "resume_used", "session_ended"].includes(error.code)) {
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

  /**
   * Takes the person back to their seat; through the lobby, where there is a passphrase, which it asks for, and where they
   * waited, who go on waiting there.
   */
  #rejoin(seat: Seat, { restarted = false } = {}): void {
    void this.#try({ view: "rejoining" }, async (signal) => {
      const { memory } = this.#context;
      try {
        if (seat.passphrase || seat.waiting) {
          const entry = { kind: "seat", seat, restarted } as const;
          const lobby = await this.#askLobby(entry, signal);
          return this.#beInLobby({ view: "lobby", entry, lobby, failure: null }, signal);
        }
        const wanted = { microphone: seat.microphone, camera: seat.camera };
        const credential = { kind: "resume", participantId: seat.participantId } as const;
        const onWaiting = () => undefined;
        const meeting = await this.#enter({ credential, media: wanted, passphrase: null, onWaiting, signal });
        this.#beIn(meeting, seat.openLink, null);
      } catch (error) {
        if (signal.aborted) return;
        if (mayPass(codeOf(error))) throw error;
        memory.seat = null;
        if (!seat.openLink || codeOf(error) === "removed") throw error;
        this.#askForToken(seat.roomId);
      }
    });
  }

  async #enter(request: Omit<JoinMeetingRequest, "origin" | "devices" | "history">): Promise<Meeting> {
    const { preferences, location, chatHistory } = this.#context;
    const { devices } = preferences.getState();
    const { joinMeeting } = await import("./joinMeeting.ts");
    return joinMeeting({ ...request, origin: location.origin, devices, history: await chatHistory });
  }

  /** The meeting has begun: the invitation is used up, and a reload finds the seat. */
  #beIn(meeting: Meeting, openLink: boolean, passphrase: string | null): void {
    const { memory } = this.#context;
    const { participantId, room } = meeting.info;
    memory.invitation = null;
    const rememberSeat = () => {
      const { microphone, camera } = meeting.localMedia.state.get();
      const media = { microphone: microphone.enabled, camera: camera.enabled };
      const hasPassphrase = passphrase !== null;
      memory.seat = {
        participantId,
        roomId: room.roomId,
        openLink,
        ...media,
        passphrase: hasPassphrase,
        waiting: false,
      };
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
    if (state.view !== "meeting" && state.view !== "waiting") return;
    this.#context.memory.seat = null;
    if (state.view === "waiting") this.#attempt.abort();
    else void state.meeting[Symbol.asyncDispose]();
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
    case "refused":
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

/** Whether a host may expect to hear what is left of the meeting, here or elsewhere. */
function isReceiptDue(reason: LeaveReason): boolean {
  switch (reason) {
    case "left":
    case "session_ended":
    case "ended_by_host":
    case "ended_by_api":
    case "empty":
    case "duration_over":
    case "server_shutdown":
      return true;
    case "replaced":
    case "removed":
    case "refused":
    case "connection_lost":
    case "identity_mismatch":
    case "restarted":
      return false;
  }
}
