import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { WebSocket } from "ws";

interface Answer {
  trackPublished?: { cid: string };
  requestResponse?: { reason: string };
  refreshToken?: string;
}

/** A hostile media client: LiveKit's signalling without a library, in its JSON form. */
export class RawSignalling {
  readonly socket: WebSocket;
  readonly #answers: Answer[] = [];
  readonly #refreshedTokens: string[] = [];

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on("error", () => {});
    // Until something was sent as text, livekit-server speaks binary.
    socket.on("message", (data: Buffer, isBinary: boolean) => {
      if (isBinary) return;
      const answer = JSON.parse(data.toString()) as Answer;
      this.#answers.push(answer);
      if (answer.refreshToken !== undefined) this.#refreshedTokens.push(answer.refreshToken);
    });
  }

  /** Connects with a media token, in the address or in the header; throws the HTTP status where that is refused. */
  static async connect(url: string, token: string, { inHeader = false, query = "" } = {}): Promise<RawSignalling> {
    const base = `${url.replace(/^http/, "ws")}/rtc?protocol=16&auto_subscribe=0&sdk=js&version=2.0.0${query}`;
    const socket = inHeader
      ? new WebSocket(base, { headers: { authorization: `Bearer ${token}` } })
      : new WebSocket(`${base}&access_token=${token}`);
    const signalling = new RawSignalling(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once("unexpected-response", (request, { statusCode }) => {
        request.destroy();
        reject(new Error(String(statusCode)));
      });
      socket.once("open", resolve);
      socket.once("close", () => reject(new Error("closed")));
    });
    signalling.#send({ ping: "1" });
    return signalling;
  }

  get isOpen(): boolean {
    return this.socket.readyState === WebSocket.OPEN;
  }

  /** Asks to publish from a source; what livekit-server says to it. */
  async publish(source: "CAMERA" | "MICROPHONE" | "SCREEN_SHARE"): Promise<string> {
    const cid = randomBytes(6).toString("hex");
    this.#answers.length = 0;
    this.#send({ addTrack: { cid, source, type: source === "MICROPHONE" ? "AUDIO" : "VIDEO" } });
    const { trackPublished, requestResponse } = await this.#answer(
      (answer) => answer.trackPublished?.cid === cid || answer.requestResponse !== undefined,
    );
    return trackPublished ? "published" : (requestResponse?.reason ?? "nothing");
  }

  /** Tokens that livekit-server has sent in place of the one that was brought, the newest last. */
  get refreshedTokens(): readonly string[] {
    return this.#refreshedTokens;
  }

  async close(): Promise<void> {
    if (this.socket.readyState === WebSocket.CLOSED) return;
    this.socket.close();
    await once(this.socket, "close");
  }

  async #answer(isMeant: (answer: Answer) => boolean): Promise<Answer> {
    for (let waitedMs = 0; waitedMs < 5_000; waitedMs += 10) {
      const found = this.#answers.find(isMeant);
      if (found) return found;
      if (!this.isOpen) throw new Error("closed");
      await delay(10);
    }
    throw new Error("livekit-server did not answer");
  }

  #send(request: object): void {
    this.socket.send(JSON.stringify(request));
  }
}
