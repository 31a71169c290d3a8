import { encodeBase64Url } from "@sotto/e2ee";
import { clientMessageIdBytes, type ChatBody } from "@sotto/protocol";
import { SottoError } from "../SottoError.ts";
import { encodeChatBody } from "./chatBody.ts";
import type { ChatMessage } from "./ChatMessage.ts";

/** A body without its id, which the outbox gives it. */
type Unsent<T> = T extends unknown ? Omit<T, "id"> : never;
export type UnsentBody = Unsent<ChatBody>;

export interface OutboxContext {
  readonly selfId: string;
  /** Makes the wire message of a body; one after the other, in the order in which they are to be numbered. */
  readonly seal: (content: Uint8Array) => Promise<Uint8Array>;
  /** Resolves when the server has stored the body, once per client message id. */
  readonly publish: (body: Uint8Array) => Promise<unknown>;
  readonly onChange: () => void;
}

interface Outgoing {
  readonly id: string;
  readonly clientId: Uint8Array;
  readonly content: Uint8Array;
  /** What it is called when it is sent again. */
  readonly body: string;
  /** Null for what is no line of its own: edits, deletions. */
  readonly message: ChatMessage | null;
  /** Client message id ‖ wire message: sealed once, so that every attempt sends the same bytes. */
  readonly sealed: Uint8Array | null;
  /** The server said that it has it. */
  readonly isStored: boolean;
  /** It failed because there was no connection. */
  readonly isHeldUp: boolean;
}

/** Own messages on their way. */
export class Outbox {
  readonly #context: OutboxContext;
  readonly #outgoing = new Map<string, Outgoing>();
  /** The last message that the server refused because too many went before. */
  #refused: Outgoing | null = null;
  #sealing: Promise<unknown> = Promise.resolve();

  constructor(context: OutboxContext) {
    this.#context = context;
  }

  /** What is shown of it, in the order of sending. */
  get messages(): ChatMessage[] {
    return [...this.#outgoing.values()].flatMap(({ message }) => message ?? []);
  }

  /**
   * Sends a body; resolves when the server has it. `line` makes what is shown of it meanwhile. Throws a
   * {@link SottoError}: what cannot be sent at all is refused before it is shown; a line that could not be sent is shown as
   * `failed`; only where the server refuses a text for the moment (`rate_limited`) the line goes, and sending the same
   * again sends the same bytes: nobody takes the first attempt for a message that was withheld.
   */
  async send(body: UnsentBody, line: ((id: string) => ChatMessage) | null): Promise<void> {
    const said = JSON.stringify(body);
    const again = this.#refused?.body === said ? this.#refused : null;
    this.#refused = null;
    const outgoing = again ?? this.#newOutgoing(body, said, line);
    const message = outgoing.message && { ...outgoing.message, sentAt: Date.now(), state: "sending" as const };
    this.#outgoing.set(outgoing.id, { ...outgoing, message });
    this.#context.onChange();
    await this.#attempt(outgoing.id).catch((error: unknown) => {
      const failed = this.#outgoing.get(outgoing.id);
      // Whoever sends a file has no text to send again.
      const isRefused = SottoError.from(error).code === "rate_limited" && !failed?.message?.file;
      if (failed && (isRefused || !failed.message)) {
        if (isRefused) this.#refused = failed;
        this.#outgoing.delete(failed.id);
        this.#context.onChange();
      }
      throw error;
    });
  }

  /** Tries a `failed` line again; does nothing for others. Throws as {@link send} does, and the line stays. */
  async retry(id: string): Promise<void> {
    if (this.#outgoing.get(id)?.message?.state !== "failed") return;
    this.#setState(id, "sending");
    await this.#attempt(id);
  }

  /** What the server had, and what has not come back, is sent again. */
  resendStored(): void {
    for (const [id, { isStored }] of this.#outgoing) if (isStored) void this.#attempt(id).catch(() => undefined);
  }

  /** There is a connection again: what failed for want of one is sent, in the order it was written. */
  async sendHeldUp(): Promise<void> {
    for (const [id, { isHeldUp }] of this.#outgoing) {
      if (isHeldUp) await this.retry(id).catch(() => undefined); // it shows as failed again
    }
  }

  /** It came back. */
  delivered(id: string): void {
    this.#outgoing.delete(id);
  }

  #newOutgoing(body: UnsentBody, said: string, line: ((id: string) => ChatMessage) | null): Outgoing {
    const clientId = crypto.getRandomValues(new Uint8Array(clientMessageIdBytes));
    const text = encodeBase64Url(clientId);
    const id = `${this.#context.selfId}/${text}`;
    const content = encodeChatBody({ id: text, ...body });
    return {
      id,
      clientId,
      content,
      body: said,
      message: line?.(id) ?? null,
      sealed: null,
      isStored: false,
      isHeldUp: false,
    };
  }

  async #attempt(id: string): Promise<void> {
    try {
      const body = await this.#sealOnce(id);
      if (body) await this.#context.publish(body);
      const outgoing = this.#outgoing.get(id);
      if (outgoing) this.#outgoing.set(id, { ...outgoing, isStored: true });
    } catch (error) {
      if (!this.#outgoing.has(id)) return; // it was stored all the same, and its delivery came first
      const reason = SottoError.from(error);
      this.#setState(id, "failed");
      const failed = this.#outgoing.get(id);
      if (failed) this.#outgoing.set(id, { ...failed, isHeldUp: reason.code === "not_connected" });
      throw reason;
    }
  }

  #sealOnce(id: string): Promise<Uint8Array | null> {
    const sealed = this.#sealing.then(async () => {
      const outgoing = this.#outgoing.get(id);
      if (!outgoing || outgoing.sealed) return outgoing?.sealed ?? null;
      const wire = await this.#context.seal(outgoing.content);
      const body = new Uint8Array(clientMessageIdBytes + wire.length);
      body.set(outgoing.clientId);
      body.set(wire, clientMessageIdBytes);
      this.#outgoing.set(id, { ...outgoing, sealed: body });
      return body;
    });
    this.#sealing = sealed.catch(() => undefined); // told to whoever sends that message
    return sealed;
  }

  #setState(id: string, state: "sending" | "failed"): void {
    const outgoing = this.#outgoing.get(id);
    if (outgoing?.message) this.#outgoing.set(id, { ...outgoing, message: { ...outgoing.message, state } });
    this.#context.onChange();
  }
}
