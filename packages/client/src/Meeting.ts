import {
  emptyResultSchema,
  endMeetingResultSchema,
  publishResultSchema,
  type DismissedEvent,
  type EndReason,
  type RoomState,
  type Standing,
} from "@sotto/protocol";
import { ActivityReporter } from "./activity/ActivityReporter.ts";
import { OwnStatistics } from "./activity/OwnStatistics.ts";
import { SottoApi } from "./api/SottoApi.ts";
import { CaptionChannel } from "./captions/CaptionChannel.ts";
import { CaptionStore } from "./captions/CaptionStore.ts";
import { ChatStore } from "./chat/ChatStore.ts";
import { HistoryTelling } from "./chat/HistoryTelling.ts";
import { MeetingCodec } from "./chat/MeetingCodec.ts";
import { PrivateChats } from "./chat/PrivateChats.ts";
import { requestAdmission, type Admission } from "./connection/Admission.ts";
import type { ConnectionState } from "./connection/ConnectionState.ts";
import { controlPlaneEvents } from "./connection/controlPlaneEvents.ts";
import type { Delivery } from "./connection/Deliveries.ts";
import { DeliverySequence } from "./connection/DeliverySequence.ts";
import { leaveInTheEnd } from "./connection/leaveInTheEnd.ts";
import { LostMessages } from "./connection/LostMessages.ts";
import type { CallControlPlane } from "./connection/RpcClient.ts";
import { onMessagesBack } from "./connection/onMessagesBack.ts";
import { Seat, type SeatContext } from "./connection/Seat.ts";
import { SeatKeeper } from "./connection/SeatKeeper.ts";
import { Wake } from "./connection/Wake.ts";
import type { EndedSessions } from "./encryption/EndedSessions.ts";
import { byAskingLater, byPassphrase, byRoot, type SessionRoot } from "./encryption/SessionRoot.ts";
import type { EncryptionState } from "./encryption/EncryptionState.ts";
import type { TrackEncryptionStats } from "./encryption/TrackEncryptionStats.ts";
import { EphemeralMessages } from "./ephemeral/EphemeralMessages.ts";
import { fileLimitsOf, MeetingFiles } from "./files/MeetingFiles.ts";
import { OwnHand } from "./hands/OwnHand.ts";
import type { ChatHistory } from "./history/ChatHistory.ts";
import type { MeetingHistory } from "./history/MeetingHistory.ts";
import type { JoinMedia, JoinOptions } from "./JoinOptions.ts";
import { ConnectionQualityStore, type ConnectionQuality } from "./media/ConnectionQualityStore.ts";
import { LocalMedia } from "./media/LocalMedia.ts";
import { SubscriptionGuard } from "./media/SubscriptionGuard.ts";
import type { MeetingTrack } from "./media/MeetingTrack.ts";
import { TrackStore } from "./media/TrackStore.ts";
import type { MeetingInfo } from "./MeetingInfo.ts";
import { MeetingState } from "./MeetingState.ts";
import { AskedStore } from "./moderation/AskedStore.ts";
import { Moderation } from "./moderation/Moderation.ts";
import { NoticeStore } from "./notices/NoticeStore.ts";
import type { Participant } from "./participants/Participant.ts";
import { ReactionStore } from "./reactions/ReactionStore.ts";
import { guardFacts } from "./services/guardFacts.ts";
import { GuardReport } from "./services/GuardReport.ts";
import { MeetingServices } from "./services/MeetingServices.ts";
import type { ServicePresence } from "./services/ServicePresence.ts";
import { SottoError } from "./SottoError.ts";
import { Store, type ReadonlyStore } from "./store/Store.ts";
import { TypingStore } from "./typing/TypingStore.ts";
import type { WaitingPerson } from "./waiting/WaitingPeople.ts";

/**
 * A meeting we are in. Its stores are the truth of it; connections come and go underneath them. It ends by
 * {@link leave}, or by itself when {@link connection} says `ended`; then everything it held is released.
 */
export class Meeting implements AsyncDisposable {
  readonly info: MeetingInfo;
  readonly localMedia: LocalMedia;
  /** What everybody reads. */
  readonly chat: ChatStore;
  readonly privateChats: PrivateChats;
  /** What newcomers are told of the time before they came. */
  readonly telling: HistoryTelling;
  /** What this browser remembers of the meeting; null where nothing is to be. */
  readonly history: MeetingHistory | null;
  readonly reactions: ReactionStore;
  readonly typing: TypingStore;
  /** What is being said, where a transcriber is here. */
  readonly captions: CaptionStore;
  /** What a transcriber tells everybody. */
  readonly captionChannel: CaptionChannel;
  /** In every conversation. */
  readonly lostMessages: LostMessages;
  readonly files: MeetingFiles;
  readonly hand: OwnHand;
  /** What hosts may do. */
  readonly moderation: Moderation;
  /** What hosts ask us to switch on. */
  readonly asked: AskedStore;
  /** What whoever set the meeting up tells those who are in it. */
  readonly notices = new NoticeStore();
  /** Whether the meeting's statistics are about us. */
  readonly statistics: OwnStatistics;
  readonly #activity: ActivityReporter;
  /** What records or transcribes the meeting, and what we answer to it. */
  readonly services: MeetingServices;
  readonly #guard: SubscriptionGuard;
  readonly #guardReport: GuardReport;
  readonly #ephemeral: EphemeralMessages;
  readonly #state: MeetingState;
  readonly #connectionQuality: ConnectionQualityStore;
  readonly #api: SottoApi;
  readonly #tracks: TrackStore;
  readonly #keeper: SeatKeeper;
  readonly #seatContext: SeatContext;
  readonly #encryption = new Store<EncryptionState | null>(null);
  readonly #root: SessionRoot | null;
  readonly #endedSessions: EndedSessions | null;
  readonly #codec: MeetingCodec;
  #receiptToken: string | null = null;

  /**
   * Joins, and resolves when messages and media are connected and the roster is here; where there is a waiting room, that
   * is after a host let us in. The given tracks belong to the meeting from now on, also if this fails. Throws a
   * {@link SottoError}, or the signal's reason when it is aborted.
   */
  static async join(options: JoinOptions): Promise<Meeting> {
    const signal = options.signal ?? new AbortController().signal;
    let media = typeof options.media === "function" ? null : options.media;
    let admission: Admission | null = null;
    let meeting: Meeting | null = null;
    try {
      const api = new SottoApi(options.origin, { fetch: options.fetch });
      const { credential, passphrase, endedSessions = null, history = null, analytics, onWaiting = null } = options;
      const findRoot = passphrase === "later" ? byAskingLater : passphrase ? byPassphrase(api, passphrase) : null;
      admission = await requestAdmission(api, { credential, findRoot, endedSessions, analytics, onWaiting, signal });
      if (typeof options.media === "function") media = await options.media();
      signal.throwIfAborted();
      meeting = new Meeting(api, admission, media, endedSessions, history);
      meeting.#keeper.start(await meeting.#take(admission, signal));
      meeting.#guardReport.look();
      return meeting;
    } catch (cause) {
      stopTracks(media);
      if (meeting) await meeting.#keeper.end("connection_lost");
      else admission?.keys?.dispose();
      signal.throwIfAborted();
      const error = SottoError.from(cause);
      throw meeting ? error.withSeat(meeting.info) : error;
    }
  }

  private constructor(
    api: SottoApi,
    admission: Admission,
    media: JoinMedia | null,
    ended: EndedSessions | null,
    history: ChatHistory | null,
  ) {
    const { answer, codec, root } = admission;
    const { participantId, permissions } = answer;
    this.info = readInfo(admission);
    this.#state = new MeetingState(answer);
    const { participants, standing } = this.#state;
    this.#api = api;
    this.#root = root;
    this.#endedSessions = ended;
    this.#codec = new MeetingCodec(codec);
    this.localMedia = new LocalMedia(participantId, media, permissions);
    standing.subscribe(() => void this.localMedia.allow(standing.get().permissions));
    this.#tracks = new TrackStore(participants.identities, this.localMedia.tracks, media?.receive);
    this.#connectionQuality = new ConnectionQualityStore(participants.identities);
    const wake = new Wake();
    this.#keeper = new SeatKeeper({
      takeNext: (old, signal) => this.#takeNext(old, signal),
      wake,
      onEnded: () => {
        wake[Symbol.dispose]();
        this.#codec.end();
        this.localMedia.dispose();
        this.#tracks.dispose();
        this.#connectionQuality.dispose();
        this.#activity.dispose();
        this.files.dispose();
        root?.root.fill(0);
        this.reactions.dispose();
        this.typing.dispose();
        this.captions.dispose();
        this.telling.dispose();
        this.services.dispose();
        this.#guardReport.dispose();
        this.#guard.dispose();
        this.#endHistory();
      },
    });
    const call: CallControlPlane = (method, body, schema) => this.#keeper.seat.call(method, body, schema);
    const { sessionId, room, features } = this.info;
    this.history = history?.meeting({ sessionId, participantId, roomId: room.roomId }) ?? null;
    const sending = {
      selfId: participantId,
      nameOf: (id: string) => participants.nameOf(id),
      codec: this.#codec,
      memory: this.history,
    };
    this.chat = new ChatStore({
      ...sending,
      peerId: null,
      publish: (body) => call("pub-chat", body, publishResultSchema),
    });
    this.privateChats = new PrivateChats({
      ...sending,
      publish: (body) => call("pub-private", body, publishResultSchema),
      onHistory: (peerId, part) => this.telling.receive(peerId, part),
    });
    const mayHear = features.chat_features.is_allow_history_sharing;
    this.telling = new HistoryTelling({
      mayTell: () => mayHear && standing.get().permissions.rpc.includes("pub-private"),
      mayHear,
      participants,
      nameOf: sending.nameOf,
      chat: this.chat,
      privateChats: this.privateChats,
    });
    onMessagesBack(this.connection, () => [this.chat, this.privateChats].forEach((chats) => chats.sendHeldUp()));
    this.lostMessages = new LostMessages({
      connection: this.connection,
      resend: () => [this.chat, this.privateChats].forEach((chats) => chats.resendStored()),
    });
    this.#ephemeral = new EphemeralMessages({
      codec: () => this.#codec.seat,
      publish: (channel, wire) => this.#keeper.seat.publishEphemeral(channel, wire),
    });
    this.reactions = new ReactionStore(participantId, this.#ephemeral);
    this.typing = new TypingStore(this.#ephemeral);
    this.captions = new CaptionStore({
      codec: () => this.#codec.seat,
      isTranscriber: (id) =>
        participants.services.get().some(({ participantId: each, kind }) => each === id && kind === "transcriber"),
    });
    this.captionChannel = new CaptionChannel({ codec: () => this.#codec.seat, call });
    this.files = new MeetingFiles({
      session: this.info,
      transport: api.files,
      limits: fileLimitsOf(admission.answer),
      permissions: () => standing.get().permissions,
      call,
    });
    this.#activity = new ActivityReporter({
      selfId: participantId,
      standing,
      media: this.localMedia.state,
      speakers: this.speakers,
      reactions: () => this.reactions.sent,
      call,
    });
    this.statistics = new OwnStatistics(standing, call);
    this.hand = new OwnHand(call);
    this.moderation = new Moderation(call);
    this.asked = new AskedStore(this.localMedia);
    const { peers, ownConsents: consents } = participants;
    this.services = new MeetingServices({ features, room: this.#state.room, consents, call });
    this.#guard = new SubscriptionGuard(guardFacts({ features, standing, peers, services: this.services }));
    this.#guardReport = new GuardReport({
      room: this.#state.room,
      mayReport: () => standing.get().permissions.rpc.includes("guarded"),
      isInForce: () => this.#guard.isInForce(),
      report: (service, jobId) => this.services.sayGuarded(service, jobId),
    });
    onMessagesBack(this.connection, () => this.#guardReport.look());
    this.#seatContext = {
      media,
      speakerDeviceId: () => this.localMedia.state.get().devices.audiooutput,
      sequences: { public: new DeliverySequence(), private: new DeliverySequence() },
      wake,
      handlers: {
        isHost: () => standing.get().role === "host",
        beginSnapshot: () => this.#state.beginSnapshot(),
        onDelivery: (delivery) => this.#takeDelivery(delivery),
        onLost: (lost) => this.lostMessages.note(lost),
        onEphemeral: (message) => this.#ephemeral.receive(message),
        ...controlPlaneEvents({
          ...this.#state.events,
          asked: (event) => this.asked.hear(event),
          captions: (event) => this.captions.receive(event),
          notice: (event) => this.notices.hear(event),
          receipt: ({ token }) => {
            this.#receiptToken = token;
          },
          ended: (reason) => void this.#endForAll(reason ?? "session_ended"),
          dismissed: (reason) => this.#leaveDismissed(reason),
        }),
      },
      onTracks: (connection) => {
        this.#guard.follow(connection);
        this.#tracks.follow(connection);
        this.#connectionQuality.follow(connection);
      },
      onMedia: (connection) => void this.localMedia.follow(connection),
      onEpoch: (epoch) => this.#noteEpoch(epoch),
      onPart: (part, state) => this.#keeper.note(part, state),
      sayPageClosed: (page) => api.pageClosed(page),
    };
  }

  /** Whether we are connected, and at last why we are not any more. */
  get connection(): ReadonlyStore<ConnectionState> {
    return this.#keeper.state;
  }

  /** What we are and may do here, which hosts may change. The server and the SFU refuse everything else. */
  get standing(): ReadonlyStore<Omit<Standing, "revision">> {
    return this.#state.standing;
  }

  /** What hosts decided for everybody: locks for whoever comes, who is in the spotlight, whether newcomers wait. */
  get room(): ReadonlyStore<Omit<RoomState, "revision">> {
    return this.#state.room;
  }

  /** Who waits to be let in, for hosts. */
  get waitingRoom(): ReadonlyStore<readonly WaitingPerson[]> {
    return this.#state.waitingPeople;
  }

  /** Everybody in the meeting: ourselves first, then by the time of joining. */
  get participants(): ReadonlyStore<readonly Participant[]> {
    return this.#state.participants;
  }

  /** Recorders and transcribers in the meeting, which are no participants. */
  get servicesPresent(): ReadonlyStore<readonly ServicePresence[]> {
    return this.#state.participants.services;
  }

  /** The name last seen of a participant, also after they left; empty for one never seen. */
  nameOf(participantId: string): string {
    return this.#state.participants.nameOf(participantId);
  }

  /** Everybody's tracks, our own included (which nobody wants to hear). */
  get tracks(): ReadonlyStore<readonly MeetingTrack[]> {
    return this.#tracks;
  }

  /** How many reactions and signs of typing were dropped because they were forged, replayed or none. */
  get droppedEphemeral(): ReadonlyStore<number> {
    return this.#ephemeral.dropped;
  }

  /** Ids of the participants who are speaking. */
  get speakers(): ReadonlyStore<ReadonlySet<string>> {
    return this.#tracks.speakers;
  }

  /** How good everybody's connection to the media server is, by participant id, as far as that says. */
  get connectionQuality(): ReadonlyStore<ReadonlyMap<string, ConnectionQuality>> {
    return this.#connectionQuality;
  }

  /** True while the browser refuses to play sound without a click; call {@link unblockAudio} in one. */
  get audioBlocked(): ReadonlyStore<boolean> {
    return this.#tracks.audioBlocked;
  }

  /** Key model, epoch and the epoch's age; null in a room without end-to-end encryption. */
  get encryption(): ReadonlyStore<EncryptionState | null> {
    return this.#encryption;
  }

  /**
   * What became of every track's frames; empty without encryption or media. Throws `not_connected` when the meeting is
   * over or its media is just being connected anew.
   */
  async encryptionStats(): Promise<TrackEncryptionStats[]> {
    try {
      return await this.#keeper.seat.encryptionStats();
    } catch (error) {
      throw SottoError.from(error);
    }
  }

  /**
   * What a {@link ReceiptWatch} asks for the meeting's data receipt with, once the meeting has ended. Null before that, for
   * who is no host, and where the end was not told to us.
   */
  get receiptToken(): string | null {
    return this.#receiptToken;
  }

  /** Plays the sound of others; to be called in a click. */
  unblockAudio(): Promise<void> {
    return this.#tracks.unblockAudio();
  }

  /** Leaves: tells the server, if it can be told, and releases everything. Never throws. Idempotent. */
  leave(): Promise<void> {
    return this.#keeper.end("left", async (seat) => {
      const lastWord = this.#activity.lastWord();
      // Requests are handled in the order they come.
      if (lastWord) seat.call("activity", lastWord, emptyResultSchema).catch(() => undefined);
      await seat.call("leave", undefined, emptyResultSchema).catch(() => void leaveInTheEnd(this.#api, seat.page));
    });
  }

  /** Ends the meeting for everybody; for hosts. Throws a {@link SottoError}, and then the meeting goes on. */
  async endForAll(): Promise<void> {
    const { receiptToken } = await this.#keeper.seat.call("end-meeting", undefined, endMeetingResultSchema);
    this.#receiptToken ??= receiptToken ?? null;
    await this.#endForAll("ended_by_host");
  }

  /**
   * Begins a new session of the room, which in a room with a passphrase is opened with a new one; for hosts. This one
   * ends for everybody, with reason `restarted`: whoever was here joins again with the resume credential, in a meeting of
   * its own. So it does where another host was faster. Throws a {@link SottoError}, and then this one goes on.
   */
  async restart(): Promise<void> {
    const { sessionId, participantId } = this.info;
    try {
      await this.#api.restart({ sessionId, participantId });
    } catch (error) {
      if (SottoError.from(error).code !== "session_replaced") throw error;
    }
    await this.#endForAll("restarted");
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.leave();
  }

  #take(admission: Admission, signal: AbortSignal): Promise<Seat> {
    this.#codec.takeSeat(admission.codec);
    this.#state.noteServices(admission.answer.services);
    this.#guardReport.forget();
    if (admission.keys) this.#noteEpoch(admission.keys.currentEpoch);
    return Seat.take(admission, this.#seatContext, signal);
  }

  async #takeNext(old: Seat, signal: AbortSignal): Promise<Seat> {
    const { participantId, sessionId } = this.info;
    const admission = await requestAdmission(this.#api, {
      credential: { kind: "resume", participantId },
      findRoot: this.#root && byRoot(this.#root),
      endedSessions: this.#endedSessions,
      analytics: undefined,
      onWaiting: null,
      signal,
    });
    if (admission.answer.sessionId !== sessionId || admission.answer.participantId !== participantId) {
      admission.keys?.dispose();
      throw SottoError.refused({ code: "session_ended", message: "That session is over." });
    }
    this.#keeper.note("messages", "down");
    if (this.#seatContext.media) this.#keeper.note("media", "down");
    await old.dispose();
    return this.#take(admission, signal);
  }

  #endHistory(): void {
    const state = this.#keeper.state.get();
    if (state.status === "ended") void this.history?.end(state.reason);
  }

  /** The age of an epoch does not start again with a new seat. */
  #noteEpoch(epoch: number): void {
    const { e2eeModel: model } = this.info;
    if (model === "none" || this.#encryption.get()?.epoch === epoch) return;
    this.#encryption.set({ model, epoch, activatedAt: Date.now() });
  }

  #takeDelivery(delivery: Delivery): void {
    if (delivery.kind === "private") return this.privateChats.receive(delivery);
    if (delivery.channel !== "chat") return;
    this.chat.receive(delivery);
    this.typing.clear(delivery.participantId);
  }

  /** The session is over, and is never joined again. */
  async #endForAll(reason: EndReason | "session_ended"): Promise<void> {
    void this.#endedSessions?.add(this.info.sessionId);
    await this.#keeper.end(reason);
  }

  #leaveDismissed(reason: DismissedEvent["reason"] | null): void {
    if (reason === "replaced" && this.#keeper.isTakingSeat) return; // by ourselves
    void this.#keeper.end(reason ?? "connection_lost");
  }
}

function readInfo({ answer, root }: Admission): MeetingInfo {
  const { sessionId, participantId, name, e2ee, room, features } = answer;
  const passphrase =
    root && e2ee.model === "passphrase"
      ? { openedBy: root.opening.openedBy.name, mayPutInLink: e2ee.mayPutInLink }
      : null;
  return { sessionId, participantId, name, e2eeModel: e2ee.model, passphrase, room, features };
}

function stopTracks(media: JoinMedia | null): void {
  for (const track of [media?.microphone, media?.camera]) if (typeof track === "object") track.stop();
}
