import { clientMessageIdBytes, participantIdBytes } from "@sotto/protocol";
import type { Delivery } from "../connection/Deliveries.ts";
import { Store, type ReadonlyStore } from "../store/Store.ts";
import { ChatStore, type ChatContext } from "./ChatStore.ts";

/** A conversation with one person. */
export interface PrivateChat {
  readonly peerId: string;
  readonly chat: ChatStore;
}

/** What private chats need of the meeting around them; `publish` is rpc `pub-private`. */
export type PrivateChatContext = Omit<ChatContext, "peerId">;

/** The conversations between us and one other person each, in the order in which they began. */
export class PrivateChats implements ReadonlyStore<readonly PrivateChat[]> {
  readonly #context: PrivateChatContext;
  readonly #chats = new Store<readonly PrivateChat[]>([]);
  readonly #unread = new Store<ReadonlyMap<string, number>>(new Map());

  /** Made by `Meeting.join`. */
  constructor(context: PrivateChatContext) {
    this.#context = context;
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

  /** The conversation with a person, new where there was none; also with somebody who has left. */
  with(peerId: string): ChatStore {
    const known = this.#chats.get().find((each) => each.peerId === peerId);
    if (known) return known.chat;
    const chat = new ChatStore({
      ...this.#context,
      peerId,
      publish: (body) => this.#context.publish(addressed(body, peerId)),
    });
    chat.unread.subscribe(() => this.#count(peerId, chat.unread.get()));
    this.#chats.set([...this.#chats.get(), { peerId, chat }]);
    return chat;
  }

  /** The server lost messages: see {@link ChatStore.resendStored}. */
  resendStored(): void {
    for (const { chat } of this.#chats.get()) chat.resendStored();
  }

  /** Takes the next delivery of the private stream. One that is neither of nor for us is nobody's we could show. */
  receive(delivery: Delivery & { kind: "private" }): void {
    const { selfId } = this.#context;
    const { participantId, to } = delivery;
    if (participantId === to || (participantId !== selfId && to !== selfId)) return;
    this.with(participantId === selfId ? to : participantId).receive(delivery);
  }

  #count(peerId: string, unread: number): void {
    const counts = new Map(this.#unread.get());
    if (unread > 0) counts.set(peerId, unread);
    else counts.delete(peerId);
    this.#unread.set(counts);
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
