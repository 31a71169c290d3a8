import { clientMessageIdBytes, participantIdBytes } from "@sotto/protocol";
import type { Delivery } from "../connection/Deliveries.ts";
import { Store, type ReadonlyStore } from "../store/Store.ts";
import { ChatStore, type ChatContext, type HistoryPart } from "./ChatStore.ts";

/** A conversation with one person. */
export interface PrivateChat {
  readonly peerId: string;
  readonly chat: ChatStore;
}

/** What private chats need of the meeting around them; `publish` is rpc `pub-private`. */
export interface PrivateChatContext extends Omit<ChatContext, "peerId" | "onHistory"> {
  /** Takes what somebody tells us of the time before we came. */
  readonly onHistory?: (peerId: string, part: HistoryPart) => void;
}

/**
 * The conversations between us and one other person each, in the order in which they began: by a message, or by
 * {@link with}.
 */
export class PrivateChats implements ReadonlyStore<readonly PrivateChat[]> {
  readonly #context: PrivateChatContext;
  readonly #known = new Map<string, ChatStore>();
  readonly #chats = new Store<readonly PrivateChat[]>([]);
  readonly #unread = new Store<ReadonlyMap<string, number>>(new Map());
  readonly #unreadMentions = new Store(0);

  /** Made by `Meeting.join`. */
  constructor(context: PrivateChatContext) {
    this.#context = context;
    void this.#recall();
    context.memory?.subscribe((event) => {
      if (event === "recalled") void this.#recall();
    });
  }

  get(): readonly PrivateChat[] {
    return this.#chats.get();
  }

  subscribe(listener: () => void): () => void {
    return this.#chats.subscribe(listener);
  }

  /** How many unread messages there are of each peer who has any. */
  get unread(): ReadonlyStore<ReadonlyMap<string, number>> {
    return this.#unread;
  }

  /** In how many unread messages we are mentioned, of all peers together. */
  get unreadMentions(): ReadonlyStore<number> {
    return this.#unreadMentions;
  }

  /** Begins the conversation with a person, or gives the one there is; also with somebody who has left. */
  with(peerId: string): ChatStore {
    const chat = this.of(peerId);
    this.#begin(peerId, chat);
    return chat;
  }

  /** The conversation with a person, whether or not it began. */
  of(peerId: string): ChatStore {
    const known = this.#known.get(peerId);
    if (known) return known;
    const { onHistory, ...context } = this.#context;
    const chat = new ChatStore({
      ...context,
      peerId,
      publish: (body) => this.#context.publish(addressed(body, peerId)),
      onHistory: (part) => onHistory?.(peerId, part),
    });
    this.#known.set(peerId, chat);
    chat.messages.subscribe(() => {
      if (chat.messages.get().length > 0) this.#begin(peerId, chat);
    });
    chat.undecryptable.subscribe(() => this.#begin(peerId, chat));
    chat.unread.subscribe(() => this.#count(peerId, chat.unread.get()));
    chat.unreadMentions.subscribe(() => this.#countMentions());
    return chat;
  }

  /** The server lost messages: see {@link ChatStore.resendStored}. */
  resendStored(): void {
    for (const chat of this.#known.values()) chat.resendStored();
  }

  /** There is a connection again: see {@link ChatStore.sendHeldUp}. */
  sendHeldUp(): void {
    for (const chat of this.#known.values()) chat.sendHeldUp();
  }

  /** Takes the next delivery of the private stream. One that is neither of nor for us is nobody's we could show. */
  receive(delivery: Delivery & { kind: "private" }): void {
    const { selfId } = this.#context;
    const { participantId, to } = delivery;
    if (participantId === to || (participantId !== selfId && to !== selfId)) return;
    this.of(participantId === selfId ? to : participantId).receive(delivery);
  }

  async #recall(): Promise<void> {
    for (const peerId of (await this.#context.memory?.peers()) ?? []) this.of(peerId);
  }

  #begin(peerId: string, chat: ChatStore): void {
    const chats = this.#chats.get();
    if (!chats.some((each) => each.chat === chat)) this.#chats.set([...chats, { peerId, chat }]);
  }

  #count(peerId: string, unread: number): void {
    const counts = new Map(this.#unread.get());
    if (unread > 0) counts.set(peerId, unread);
    else counts.delete(peerId);
    this.#unread.set(counts);
  }

  #countMentions(): void {
    const mentions = Array.from(this.#known.values(), (chat) => chat.unreadMentions.get());
    this.#unreadMentions.set(mentions.reduce((sum, each) => sum + each, 0));
  }
}

/** Client message id ‖ wire message, with the peer's id in between. */
function addressed(body: Uint8Array, peerId: string): Uint8Array {
  const request = new Uint8Array(body.length + participantIdBytes);
  request.set(body.subarray(0, clientMessageIdBytes));
  request.set(new TextEncoder().encode(peerId), clientMessageIdBytes);
  request.set(body.subarray(clientMessageIdBytes), clientMessageIdBytes + participantIdBytes);
  return request;
}
