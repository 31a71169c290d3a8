import { encodeBase64Url } from "@sotto/e2ee";
import { clientMessageIdBytes, type RetoldMessage } from "@sotto/protocol";
import { backoffMs, pause } from "../connection/backoff.ts";
import type { Participant } from "../participants/Participant.ts";
import { SottoError } from "../SottoError.ts";
import { Store, type ReadonlyStore } from "../store/Store.ts";
import type { ChatMessage } from "./ChatMessage.ts";
import type { ChatStore, HistoryPart } from "./ChatStore.ts";
import { packHistory } from "./packHistory.ts";
import type { PrivateChats } from "./PrivateChats.ts";

/** What the telling needs of the meeting around it. */
export interface TellingContext {
  /** Whether the room lets people tell, and us write to people privately. */
  readonly mayTell: () => boolean;
  /** Whether the room lets people tell at all: what we are told elsewhere is ignored. */
  readonly mayHear: boolean;
  readonly participants: ReadonlyStore<readonly Participant[]>;
  readonly nameOf: (participantId: string) => string;
  readonly chat: ChatStore;
  readonly privateChats: Pick<PrivateChats, "of">;
}

/** Messages that we let ourselves be told, of everybody together. */
const mostHeard = 5_000;
const mostAttempts = 6;

/**
 * Whoever comes later gets what is written from then on. In rooms that allow it, somebody who was there can tell them what
 * was written before, in sealed private messages. It proves only that the teller says so: it is shown apart, and what was
 * told is not told on.
 */
export class HistoryTelling {
  readonly #context: TellingContext;
  readonly #newcomers = new Store<readonly string[]>([]);
  readonly #ended = new AbortController();
  readonly #unsubscribe: () => void;
  readonly #parts = new Map<string, { telling: string; parts: Map<number, HistoryPart> }>();
  #seen: Set<string> | null = null;
  #heard = 0;

  /** Made by `Meeting.join`. */
  constructor(context: TellingContext) {
    this.#context = context;
    this.#unsubscribe = context.participants.subscribe(() => this.#lookForNewcomers());
  }

  /** Ids of those who came while we were here, when something had been written, and were told nothing by us yet. */
  get newcomers(): ReadonlyStore<readonly string[]> {
    return this.#newcomers;
  }

  /**
   * Tells a newcomer what was written to everybody before they came, as far as we saw it ourselves; the newest where it is
   * too much. Resolves when the server has all of it. Throws a {@link SottoError}, and then they stay among the newcomers.
   */
  async tell(peerId: string): Promise<void> {
    const telling = encodeBase64Url(crypto.getRandomValues(new Uint8Array(clientMessageIdBytes)));
    const packed = packHistory(this.#told(peerId));
    const chat = this.#context.privateChats.of(peerId);
    for (const [part, messages] of packed.entries()) {
      await this.#patiently(() => chat.tell({ kind: "history", telling, part, parts: packed.length, messages }));
    }
    this.dismiss(peerId);
  }

  /** They are told nothing. */
  dismiss(peerId: string): void {
    this.#newcomers.set(this.#newcomers.get().filter((id) => id !== peerId));
  }

  /** Takes a part of what somebody tells us; when all of it is here, the chat shows it. */
  receive(peerId: string, part: HistoryPart): void {
    if (!this.#context.mayHear || part.part >= part.parts) return;
    const known = this.#parts.get(peerId);
    const begun = { telling: part.telling, parts: new Map<number, HistoryPart>() };
    const heard = known?.telling === part.telling ? known : begun;
    this.#parts.set(peerId, heard);
    heard.parts.set(part.part, part);
    if (heard.parts.size < part.parts) return;
    this.#parts.delete(peerId);
    this.#hear(
      peerId,
      [...heard.parts.values()].flatMap(({ messages }) => messages),
    );
  }

  dispose(): void {
    this.#unsubscribe();
    this.#ended.abort(SottoError.notConnected());
  }

  #lookForNewcomers(): void {
    const { mayTell, participants, chat } = this.#context;
    const here = participants.get();
    if (!this.#seen && !here.some(({ isLocal }) => isLocal)) return; // the roster is not here yet
    const seen = this.#seen;
    this.#seen = new Set([...(seen ?? []), ...here.map(({ participantId }) => participantId)]);
    if (!seen || !mayTell()) return;
    const came = here.filter(({ participantId }) => !seen.has(participantId)).map(({ participantId }) => participantId);
    const present = new Set(here.map(({ participantId }) => participantId));
    const still = this.#newcomers.get().filter((id) => present.has(id));
    const isWritten = chat.messages.get().some(isOurs);
    const next = isWritten ? [...still, ...came] : still;
    if (next.join() !== this.#newcomers.get().join()) this.#newcomers.set(next);
  }

  #told(peerId: string): RetoldMessage[] {
    const joinedAt = this.#context.participants.get().find((each) => each.participantId === peerId)?.joinedAt;
    return this.#context.chat.messages
      .get()
      .filter((message) => isOurs(message) && message.sentAt <= (joinedAt ?? Infinity))
      .map(({ id, name, text, file, replyTo, mentions, sentAt, changedAt }) => ({
        id,
        name,
        text,
        ...(file && { file }),
        ...(replyTo !== null && { replyTo }),
        mentions,
        sentAt,
        edited: changedAt !== null,
      }));
  }

  async #patiently(send: () => Promise<void>): Promise<void> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await send();
      } catch (error) {
        if (SottoError.from(error).code !== "rate_limited" || attempt === mostAttempts) throw error;
        await pause(backoffMs(attempt, 0), this.#ended.signal);
        this.#ended.signal.throwIfAborted();
      }
    }
  }

  /** Only of others, and only of the time before we came: what came since, the server delivered. */
  #hear(peerId: string, messages: readonly RetoldMessage[]): void {
    const { participants, nameOf, chat } = this.#context;
    const self = participants.get().find(({ isLocal }) => isLocal);
    if (!self || this.#heard + messages.length > mostHeard) return;
    this.#heard += messages.length;
    const retoldBy = { participantId: peerId, name: nameOf(peerId) };
    const heard = messages.map(({ edited, file, replyTo, mentions, ...message }): ChatMessage => ({
      ...message,
      participantId: message.id.slice(0, message.id.indexOf("/")),
      isLocal: false,
      mentions: mentions ?? {},
      file: file ?? null,
      replyTo: replyTo ?? null,
      changedAt: edited ? message.sentAt : null,
      isDeleted: false,
      retoldBy,
      state: "sent",
    }));
    chat.add(
      heard.filter(({ participantId, sentAt }) => participantId !== self.participantId && sentAt <= self.joinedAt),
    );
  }
}

/** Seen by ourselves, and not taken back. */
function isOurs({ state, retoldBy, isDeleted }: ChatMessage): boolean {
  return state === "sent" && !retoldBy && !isDeleted;
}
