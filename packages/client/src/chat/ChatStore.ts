import { encodeBase64Url } from "@sotto/e2ee";
import { clientMessageIdBytes, type ChatFile } from "@sotto/protocol";
import type { Delivery } from "../connection/Deliveries.ts";
import { SottoError } from "../SottoError.ts";
import { Store, type ReadonlyStore } from "../store/Store.ts";
import { decodeChatBody, encodeChatBody } from "./chatBody.ts";
import type { ChatMessage } from "./ChatMessage.ts";
import type { MessageCodec } from "./MessageCodec.ts";

/** What the chat needs of the meeting around it. */
export interface ChatContext {
  readonly selfId: string;
  /** With whom the conversation is; null for the one of everybody. */
  readonly peerId: string | null;
  /** Name of a participant, empty if unknown. */
  readonly nameOf: (participantId: string) => string;
  /** The codec of our present seat. */
  readonly codec: () => MessageCodec;
  /** rpc `pub-chat` or `pub-private`; resolves when the server has stored the body, once per client message id. */
  readonly publish: (body: Uint8Array) => Promise<unknown>;
}

interface Outgoing {
  readonly message: ChatMessage;
  readonly clientId: Uint8Array;
  readonly content: Uint8Array;
  /** Client message id ‖ wire message: sealed once, so that every attempt sends the same bytes. */
  readonly sealed: Uint8Array | null;
  /** The server said that it has it. */
  readonly isStored: boolean;
}

/**
 * A conversation of everybody, or with one person. What it shows, own messages included, is what was delivered, in the
 * order of its stream; own messages stand after that while they are under way.
 */
export class ChatStore {
  readonly #context: ChatContext;
  readonly #delivered: ChatMessage[] = [];
  readonly #deliveredIds = new Set<string>();
  readonly #outgoing = new Map<string, Outgoing>();
  readonly #messages = new Store<readonly ChatMessage[]>([]);
  readonly #undecryptable = new Store(0);
  readonly #missing = new Store(0);
  readonly #unread = new Store(0);
  /** Sealing and opening each go one message after the other. */
  #sealing: Promise<unknown> = Promise.resolve();
  #opening: Promise<unknown> = Promise.resolve();

  /** Made by `Meeting.join`. */
  constructor(context: ChatContext) {
    this.#context = context;
  }

  get messages(): ReadonlyStore<readonly ChatMessage[]> {
    return this.#messages;
  }

  /** How many messages could not be read: not encrypted, forged, replayed, or for a key we do not have. */
  get undecryptable(): ReadonlyStore<number> {
    return this.#undecryptable;
  }

  /** How many messages never came although their sender numbered them: withheld by the server, or never sent. */
  get missing(): ReadonlyStore<number> {
    return this.#missing;
  }

  /** How many messages of others came since {@link markRead}. */
  get unread(): ReadonlyStore<number> {
    return this.#unread;
  }

  /** Everything that is here was seen. */
  markRead(): void {
    this.#unread.set(0);
  }

  /**
   * Sends `text` to everybody or to the peer, or a file that was uploaded; it is among the {@link messages} at once.
   * Resolves when the server has it. Throws a
   * {@link SottoError} and marks the message `failed` when it could not be sent; what cannot be sent at all
   * (`body_invalid`: only white space and no file, `body_too_large`: above 31 KiB) is refused before it is shown.
   */
  async send(text: string, { file }: { file?: ChatFile } = {}): Promise<void> {
    const content = encodeChatBody({ text, ...(file && { file }) });
    const { selfId, nameOf } = this.#context;
    const clientId = crypto.getRandomValues(new Uint8Array(clientMessageIdBytes));
    const id = messageId(selfId, clientId);
    const own = { id, participantId: selfId, name: nameOf(selfId), isLocal: true, text, file: file ?? null };
    const message: ChatMessage = { ...own, sentAt: Date.now(), state: "sending" };
    this.#outgoing.set(id, { message, clientId, content, sealed: null, isStored: false });
    this.#publish();
    await this.#attempt(id);
  }

  /**
   * Tries a `failed` message again, with the same id and the same bytes: the server stores it once, also when an earlier
   * attempt did arrive. Throws as {@link send} does; does nothing unless the message has `failed`.
   */
  async retry(id: string): Promise<void> {
    if (this.#outgoing.get(id)?.message.state !== "failed") return;
    this.#setState(id, "sending");
    await this.#attempt(id);
  }

  /** The server lost messages: those of ours that it had, and that have not come back, are sent again. */
  resendStored(): void {
    for (const [id, { isStored }] of this.#outgoing) if (isStored) void this.#attempt(id).catch(() => undefined);
  }

  /** Takes the next delivery of the conversation. */
  receive(delivery: Delivery): void {
    this.#opening = this.#opening.then(() => this.#open(delivery));
  }

  async #attempt(id: string): Promise<void> {
    try {
      const body = await this.#sealOnce(id);
      if (body) await this.#context.publish(body);
      const outgoing = this.#outgoing.get(id);
      if (outgoing) this.#outgoing.set(id, { ...outgoing, isStored: true });
    } catch (error) {
      if (!this.#outgoing.has(id)) return; // it was stored all the same, and its delivery came first
      this.#setState(id, "failed");
      throw SottoError.from(error);
    }
  }

  #sealOnce(id: string): Promise<Uint8Array | null> {
    const sealed = this.#sealing.then(async () => {
      const outgoing = this.#outgoing.get(id);
      if (!outgoing || outgoing.sealed) return outgoing?.sealed ?? null;
      const wire = await this.#context.codec().seal("chat", this.#context.peerId ?? "", outgoing.content);
      const body = new Uint8Array(clientMessageIdBytes + wire.length);
      body.set(outgoing.clientId);
      body.set(wire, clientMessageIdBytes);
      this.#outgoing.set(id, { ...outgoing, sealed: body });
      return body;
    });
    this.#sealing = sealed.catch(() => undefined); // told to whoever sends that message
    return sealed;
  }

  async #open(delivery: Delivery): Promise<void> {
    const { participantId, sentAt, body } = delivery;
    const id = messageId(participantId, body.subarray(0, clientMessageIdBytes));
    if (this.#deliveredIds.has(id)) return; // a retry that came after the server had forgotten the first attempt
    try {
      const opened = await this.#openWire(delivery, body.subarray(clientMessageIdBytes));
      if (opened.gap > 0) this.#missing.set(this.#missing.get() + opened.gap);
      const { selfId, nameOf } = this.#context;
      this.#deliveredIds.add(id);
      this.#outgoing.delete(id);
      const { text, file } = decodeChatBody(opened.body);
      this.#delivered.push({
        id,
        participantId,
        name: nameOf(participantId),
        isLocal: participantId === selfId,
        text,
        file: file ?? null,
        sentAt,
        state: "sent",
      });
      this.#publish();
      if (participantId !== selfId) this.#unread.set(this.#unread.get() + 1);
    } catch (error) {
      if (SottoError.from(error).code === "not_connected") return; // the meeting is over, and its keys with it
      this.#undecryptable.set(this.#undecryptable.get() + 1);
    }
  }

  async #openWire(delivery: Delivery, wire: Uint8Array): ReturnType<MessageCodec["open"]> {
    const from = delivery.participantId;
    const to = delivery.kind === "private" ? delivery.to : "";
    const codec = this.#context.codec();
    try {
      return await codec.open(from, "chat", to, wire);
    } catch (error) {
      const current = this.#context.codec();
      if (codec === current) throw error;
      return current.open(from, "chat", to, wire); // our seat, and with it the keys, changed meanwhile
    }
  }

  #setState(id: string, state: "sending" | "failed"): void {
    const outgoing = this.#outgoing.get(id);
    if (outgoing) this.#outgoing.set(id, { ...outgoing, message: { ...outgoing.message, state } });
    this.#publish();
  }

  #publish(): void {
    this.#messages.set([...this.#delivered, ...Array.from(this.#outgoing.values(), ({ message }) => message)]);
  }
}

function messageId(participantId: string, clientId: Uint8Array): string {
  return `${participantId}/${encodeBase64Url(clientId)}`;
}
