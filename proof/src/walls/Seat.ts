import { CookieJar, type ManagementApi } from "@sotto/dev-env";
import { rpcAnswerSchema, subjects, type JoinAnswer } from "@sotto/protocol";
import { join, newToken, type Person } from "../rooms.ts";
import { RawNats, type ConnectOptions } from "./RawNats.ts";

/** Where the messages are, and who makes join tokens. */
export interface Place {
  origin: string;
  management: ManagementApi;
  /** nats-server's own WebSocket, to go round the proxy; null for the public way. */
  websocketUrl: string | null;
}

export type CallOutcome = { ok: true; result: unknown } | { ok: false; code: string };

/** What a join gave to somebody. */
export class Seat {
  readonly answer: JoinAnswer;
  readonly cookies: CookieJar;
  readonly #place: Place;

  private constructor(answer: JoinAnswer, cookies: CookieJar, place: Place) {
    this.answer = answer;
    this.cookies = cookies;
    this.#place = place;
  }

  static async take(place: Place, roomId: string, person: Person = {}): Promise<Seat> {
    const cookies = new CookieJar();
    const token = await newToken(place.management, roomId, person);
    return new Seat(await join(place.origin, token, cookies), cookies, place);
  }

  get sid(): string {
    return this.answer.sessionId;
  }

  get pid(): string {
    return this.answer.participantId;
  }

  get inbox(): string {
    return this.answer.nats.inboxPrefix;
  }

  get url(): string {
    return this.#place.websocketUrl ?? this.answer.nats.url;
  }

  /** What to log in with. */
  get credentials(): ConnectOptions {
    return { user: `${this.sid}.${this.pid}`, pass: this.answer.nats.secret };
  }

  connect(options: ConnectOptions = {}): Promise<RawNats> {
    return RawNats.connect(this.url, { ...this.credentials, ...options });
  }

  /** Calls a method as an honest client does. The connection must be subscribed to the seat's inbox. */
  async call(raw: RawNats, method: string, body: string | Uint8Array = ""): Promise<CallOutcome> {
    const reply = `${subjects.replies(this.inbox)}.${crypto.randomUUID().replaceAll("-", "")}`;
    raw.publish(`m.${this.sid}.rpc.${this.pid}.${method}`, body, reply);
    const message = await raw.take(({ subject }) => subject === reply);
    if (message === null) throw new Error(`${method} was not answered`);
    const answer = rpcAnswerSchema.parse(JSON.parse(message.body.toString()));
    return answer.ok ? { ok: true, result: answer.result } : { ok: false, code: answer.error.code };
  }
}
