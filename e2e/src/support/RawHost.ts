import { once } from "node:events";
import type { JoinAnswer, ModerateRequest } from "@sotto/protocol";
import type { Stack } from "@sotto/dev-env";

/** `POST /api/join` with a fresh token. */
export async function joinRaw(stack: Stack, roomId: string, person: { name: string; host?: boolean }) {
  const token = await stack.newJoinToken({ roomId, userId: person.name, ...person });
  const senderNonce = Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString("base64url");
  const response = await fetch(`${stack.origin}/api/join`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
    body: JSON.stringify({ senderNonce }),
  });
  return (await response.json()) as JoinAnswer;
}

/** A host without a page, who gives orders over NATS. */
export class RawHost implements Disposable {
  readonly #answer: JoinAnswer;
  readonly #socket: WebSocket;
  readonly #answers: string[] = [];

  private constructor(answer: JoinAnswer, socket: WebSocket) {
    this.#answer = answer;
    this.#socket = socket;
    socket.addEventListener("message", ({ data }) => {
      const text = Buffer.from(data as ArrayBuffer).toString();
      if (text.startsWith("PING")) socket.send("PONG\r\n");
      const [, answered] = /^MSG \S+ \d+ \d+\r\n(.*)\r\n/m.exec(text) ?? [];
      if (answered !== undefined) this.#answers.push(answered);
    });
  }

  static async enter(stack: Stack, roomId: string): Promise<RawHost> {
    const answer = await joinRaw(stack, roomId, { name: "Grace", host: true });
    const { nats, sessionId, participantId } = answer;
    const socket = new WebSocket(nats.url);
    socket.binaryType = "arraybuffer";
    await once(socket, "open");
    const credentials = { user: `${sessionId}.${participantId}`, pass: nats.secret, verbose: false, lang: "raw" };
    socket.send(`CONNECT ${JSON.stringify(credentials)}\r\nSUB ${nats.inboxPrefix}.r.* 1\r\n`);
    return new RawHost(answer, socket);
  }

  /** Resolves when the order holds; throws what it was answered where it does not. */
  async moderate(request: ModerateRequest): Promise<void> {
    const { nats, sessionId, participantId } = this.#answer;
    const body = JSON.stringify(request);
    const subject = `m.${sessionId}.rpc.${participantId}.moderate`;
    this.#answers.length = 0;
    this.#socket.send(`PUB ${subject} ${nats.inboxPrefix}.r.x ${Buffer.byteLength(body)}\r\n${body}\r\n`);
    for (let waitedMs = 0; this.#answers.length === 0; waitedMs += 20) {
      if (waitedMs > 10_000) throw new Error("an order was not answered");
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const [answer = ""] = this.#answers;
    if (!answer.startsWith('{"ok":true')) throw new Error(answer);
  }

  [Symbol.dispose](): void {
    this.#socket.close();
  }
}
