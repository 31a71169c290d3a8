import { encodeBase64Url } from "@sotto/e2ee";
import { clientMessageIdBytes, mentionedIn, type ChatBody, type ChatFile } from "@sotto/protocol";
import type { Delivery } from "../connection/Deliveries.ts";
import { SottoError } from "../SottoError.ts";
import { Store, type ReadonlyStore } from "../store/Store.ts";
import { decodeChatBody } from "./chatBody.ts";
import type { ChatMemory } from "./ChatMemory.ts";
import type { ChatMessage } from "./ChatMessage.ts";
import { chatMessageOf, namesIn, type Names } from "./chatMessageOf.ts";
import type { MessageCodec } from "./MessageCodec.ts";
import { Outbox } from "./Outbox.ts";
import { Timeline } from "./Timeline.ts";

/** A part of what somebody tells us of the time before we came. */
export type HistoryPart = Extract<ChatBody, { kind: "history" }>;

/** What the chat needs of the meeting around it. */
export interface ChatContext extends Names {
  /** With whom the conversation is; null for the one of everybody. */
  readonly peerId: string | null;
  /** Opens whatever was delivered, also when the seat it came to is given up: `MeetingCodec`. */
  readonly codec: MessageCodec;
  /** rpc `pub-chat` or `pub-private`; resolves when the server has stored the body, once per client message id. */
  readonly publish: (body: Uint8Array) => Promise<unknown>;
  /** Where messages are kept; null where nothing is. */
  readonly memory?: ChatMemory | null;
  /** Takes what the peer of a private conversation tells us. */
  readonly onHistory?: (part: HistoryPart) => void;
}

/** What a message may have besides its text. `replyTo`: the id of the message that it answers. */
export interface SendOptions {
  readonly file?: ChatFile;
  readonly replyTo?: string;
}

/**
 * A conversation of everybody, or with one person. What it shows, own messages included, is what was delivered, in the
 * order of its stream; own messages stand after that while they are under way.
 */
export class ChatStore {
  readonly #context: ChatContext;
  readonly #timeline = new Timeline();
  readonly #outbox: Outbox;
  readonly #messages = new Store<readonly ChatMessage[]>([]);
  readonly #undecryptable = new Store(0);
  readonly #missing = new Store(0);
  readonly #unread = new Store(0);
  readonly #unreadMentions = new Store(0);
  #forgottenUntil = 0;
  /** Opening goes one message after the other, behind what is recalled. */
  #opening: Promise<unknown> = Promise.resolve();

  /** Made by `Meeting.join`. */
  constructor(context: ChatContext) {
    this.#context = context;
    const { selfId, peerId, codec, publish, memory } = context;
    this.#outbox = new Outbox({
      selfId,
      seal: (content) => codec.seal("chat", peerId ?? "", content),
      publish,
      onChange: () => this.#publish(),
    });
    this.#recall();
    memory?.subscribe((event) => (event === "recalled" ? this.#recall() : this.#forget()));
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

  /** In how many of them we are mentioned. */
  get unreadMentions(): ReadonlyStore<number> {
    return this.#unreadMentions;
  }

  /** Everything that is here was seen. */
  markRead(): void {
    this.#unread.set(0);
    this.#unreadMentions.set(0);
  }

  /**
   * Sends `text` to everybody or to the peer, or a file that was uploaded; it is among the {@link messages} at once.
   * Resolves when the server has it. Throws a {@link SottoError} and marks the message `failed` when it could not be sent.
   * What cannot be sent at all (`body_invalid`: only white space and no file, `body_too_large`: above 31 KiB) is refused
   * before it is shown; a text that the server refuses for the moment (`rate_limited`) is shown no longer, to be sent again.
   */
  async send(text: string, { file, replyTo }: SendOptions = {}): Promise<void> {
    const body = { text, ...(file && { file }), ...(replyTo !== undefined && { replyTo }) };
    const { selfId: participantId } = this.#context;
    await this.#outbox.send(body, (id) =>
      chatMessageOf({ id, participantId, ...body, sentAt: Date.now() }, this.#context),
    );
  }

  /**
   * Has an own message say something else. Resolves when the server has that; it is seen when it comes back. Throws a
   * {@link SottoError}: `not_found` unless it is an own message with a text, and as {@link send} does.
   */
  async edit(id: string, text: string): Promise<void> {
    const message = this.#own(id);
    if (message.file) throw notThere();
    await this.#outbox.send({ kind: "edit", edits: clientIdIn(id), text }, null);
  }

  /**
   * Takes an own message back: everybody's page shows it no longer. What the server has of it stays until the session
   * ends. Resolves and throws as {@link edit} does.
   */
  async delete(id: string): Promise<void> {
    this.#own(id);
    await this.#outbox.send({ kind: "deletion", deletes: clientIdIn(id) }, null);
  }

  /**
   * Tries a `failed` message again, with the same id and the same bytes: the server stores it once, also when an earlier
   * attempt did arrive. Throws as {@link send} does; does nothing unless the message has `failed`.
   */
  async retry(id: string): Promise<void> {
    await this.#outbox.retry(id);
  }

  /** Tells the peer of a private conversation a part of what was written before they came; nothing of it is shown. */
  async tell(part: Omit<HistoryPart, "id">): Promise<void> {
    await this.#outbox.send(part, null);
  }

  /** The server lost messages: those of ours that it had, and that have not come back, are sent again. */
  resendStored(): void {
    this.#outbox.resendStored();
  }

  /** There is a connection again: what could not be sent without one is sent. */
  sendHeldUp(): void {
    void this.#outbox.sendHeldUp();
  }

  /** Takes the next delivery of the conversation. */
  receive(delivery: Delivery): void {
    this.#opening = this.#opening.then(() => this.#open(delivery));
  }

  /** Takes messages from elsewhere, each where it belongs; those that are here already stay as they are. */
  add(messages: readonly ChatMessage[]): void {
    this.#opening = this.#opening.then(() => {
      const added = messages.filter((message) => this.#timeline.insert(message));
      if (added.length > 0) this.#publish();
      for (const message of added) if (message.retoldBy) this.#keep(message);
    });
  }

  #recall(): void {
    const { memory, peerId } = this.#context;
    if (!memory) return;
    this.#opening = this.#opening.then(async () => {
      const { messages, forgottenUntil } = await memory.recall(peerId);
      this.#forgottenUntil = Math.max(this.#forgottenUntil, forgottenUntil);
      for (const message of messages) this.#timeline.insert(message);
      if (messages.length > 0) this.#publish();
    });
  }

  #forget(): void {
    this.#timeline.clear();
    this.markRead();
    this.#publish();
  }

  async #open(delivery: Delivery): Promise<void> {
    const { participantId, sentAt, body } = delivery;
    const clientId = body.subarray(0, clientMessageIdBytes);
    const id = `${participantId}/${encodeBase64Url(clientId)}`;
    // A retry that came after the server had forgotten the first attempt; or recalled, or forgotten on purpose.
    if (this.#timeline.knows(id) || sentAt <= this.#forgottenUntil) return this.#outbox.delivered(id);
    try {
      const to = delivery.kind === "private" ? delivery.to : "";
      const opened = await this.#context.codec.open(participantId, "chat", to, body.subarray(clientMessageIdBytes));
      if (opened.gap > 0) this.#missing.set(this.#missing.get() + opened.gap);
      const said = decodeChatBody(opened.body, clientId);
      this.#outbox.delivered(id);
      this.#take(id, participantId, said, sentAt);
      this.#timeline.note(id);
      this.#publish();
    } catch (error) {
      if (SottoError.from(error).code === "not_connected") return; // the meeting is over, and its keys with it
      this.#undecryptable.set(this.#undecryptable.get() + 1);
    }
  }

  #take(id: string, participantId: string, body: ChatBody, sentAt: number): void {
    switch (body.kind) {
      case undefined: {
        const message = chatMessageOf({ ...body, id, participantId, sentAt }, this.#context);
        this.#timeline.insert(message);
        this.#keep(message);
        if (!message.isLocal) this.#count(message);
        return;
      }
      case "edit":
        return this.#change(`${participantId}/${body.edits}`, sentAt, (before) =>
          before.file ? before : { ...before, text: body.text, mentions: namesIn(body.text, this.#context.nameOf) },
        );
      case "deletion":
        return this.#change(`${participantId}/${body.deletes}`, sentAt, (before) => ({
          ...before,
          text: "",
          mentions: {},
          file: null,
          replyTo: null,
          isDeleted: true,
        }));
      case "history":
        // Of the peer, to us; what we told ourselves is of no use here, and to everybody nobody tells anything.
        if (!this.#context.onHistory) throw new SottoError("body_invalid", "A history is told in private only.");
        if (participantId !== this.#context.selfId) this.#context.onHistory(body);
    }
  }

  /** What was sent before we came, or taken back since, is not changed; nor by what is older than its last change. */
  #change(id: string, changedAt: number, change: (message: ChatMessage) => ChatMessage): void {
    const before = this.#timeline.get(id);
    if (!before || before.isDeleted || changedAt < (before.changedAt ?? before.sentAt)) return;
    const after = change(before);
    if (after === before) return;
    const message = { ...after, changedAt };
    this.#timeline.replace(message);
    this.#keep(message);
  }

  #count({ text }: ChatMessage): void {
    this.#unread.set(this.#unread.get() + 1);
    if (mentionedIn(text).has(this.#context.selfId)) this.#unreadMentions.set(this.#unreadMentions.get() + 1);
  }

  #keep(message: ChatMessage): void {
    this.#context.memory?.keep(this.#context.peerId, message);
  }

  /** An own message that came back and was not taken back. */
  #own(id: string): ChatMessage {
    const message = this.#timeline.get(id);
    if (!message?.isLocal || message.isDeleted || message.retoldBy) throw notThere();
    return message;
  }

  #publish(): void {
    this.#messages.set([...this.#timeline.messages, ...this.#outbox.messages]);
  }
}

function notThere(): SottoError {
  return new SottoError("not_found", "This message cannot be changed.");
}

/** The client message id in a message id. */
function clientIdIn(id: string): string {
  return id.slice(id.indexOf("/") + 1);
}
