import { type ParticipantInfo, ParticipantUpdate, SignalResponse } from "@livekit/protocol";
import { WebSocket } from "ws";
import { othersIn, type Lies } from "./Lies.ts";

/** The signalling connection of one page that passes through a MaliciousSfu. */
export class DeceivedPage {
  /** Of its media token. */
  readonly identity: string;
  readonly #browser: WebSocket;
  readonly #lies: () => Lies;
  /** The truth about others, by their sid. */
  readonly #others = new Map<string, ParticipantInfo>();

  constructor(identity: string, browser: WebSocket, lies: () => Lies) {
    this.identity = identity;
    this.#browser = browser;
    this.#lies = lies;
  }

  /** Passes on what livekit-server said, with the lies of the moment. */
  deceive(data: Uint8Array): void {
    const said = SignalResponse.fromBinary(data);
    for (const other of othersIn(said, this)) this.#others.set(other.sid, other.clone());
    this.#lies().toPage?.(said, this);
    this.tell(said.message);
  }

  /** Tells of everybody once more, with the lies of the moment. */
  repeatOthers(): void {
    const participants = [...this.#others.values()].map((other) => other.clone());
    const said = new SignalResponse({ message: { case: "update", value: new ParticipantUpdate({ participants }) } });
    this.#lies().toPage?.(said, this);
    this.tell(said.message);
  }

  /** Says something that livekit-server did not say. */
  tell(message: SignalResponse["message"]): void {
    if (this.#browser.readyState === WebSocket.OPEN) this.#browser.send(new SignalResponse({ message }).toBinary());
  }

  close(): void {
    this.#browser.terminate();
  }
}
