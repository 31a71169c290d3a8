import { wsconnect, type NatsConnection } from "@nats-io/nats-core";
import type { ManagementApi } from "@sotto/dev-env";
import {
  clientMessageIdBytes,
  emptyResultSchema,
  epochSchema,
  epochsResultSchema,
  resumeResultSchema,
  rpcAnswerSchema,
  subjects,
  type JoinAnswer,
  type RpcMethod,
} from "@sotto/protocol";
import { join, newToken } from "../rooms.ts";
import { secretsOf, type SessionSecrets } from "../search/secretsOf.ts";

/** A chat message as it was delivered: of whom, and `hdr ‖ ciphertext ‖ tag`. */
export interface SealedMessage {
  participantId: string;
  wire: Buffer;
}

const answerTimeoutMs = 5_000;

/** Somebody in a meeting with a server-generated key, with nothing of the SDK: keeps every secret and every message. */
export class Member implements AsyncDisposable {
  readonly sessionId: string;
  readonly participantId: string;
  /** Grows with every epoch that is given, in the join answer or later. */
  readonly secrets: SessionSecrets;
  readonly messages: SealedMessage[] = [];
  readonly #nats: NatsConnection;
  readonly #inboxPrefix: string;

  static async join(origin: string, management: ManagementApi, roomId: string): Promise<Member> {
    const answer = await join(origin, await newToken(management, roomId));
    const { sessionId, participantId, nats } = answer;
    const { url: servers, secret: pass, inboxPrefix } = nats;
    const user = `${sessionId}.${participantId}`;
    const member = new Member(answer, await wsconnect({ servers, user, pass, inboxPrefix, reconnect: false }));
    const after = { public: 0, private: 0 };
    resumeResultSchema.parse(await member.#call("resume", { after }));
    for (const given of epochsResultSchema.parse(await member.#call("epochs")).epochs) member.#keep(given);
    return member;
  }

  private constructor(answer: JoinAnswer, nats: NatsConnection) {
    const { sessionId, participantId } = answer;
    this.sessionId = sessionId;
    this.participantId = participantId;
    this.secrets = secretsOf(answer);
    this.#nats = nats;
    this.#inboxPrefix = answer.nats.inboxPrefix;
    nats.subscribe(subjects.to(sessionId, participantId, "epoch"), {
      callback: (error, message) => {
        if (error) return;
        const given = epochSchema.parse(message.json());
        this.#keep(given);
        this.#acknowledge(given.epoch);
      },
    });
    nats.subscribe(subjects.deliveries(this.#inboxPrefix, "public"), {
      callback: (error, { subject, data }) => {
        const [, , form, from = ""] = error ? [] : subject.split(".");
        if (form === "pub")
          this.messages.push({ participantId: from, wire: Buffer.from(data.subarray(clientMessageIdBytes)) });
      },
    });
  }

  /** For good; the secrets stay here, and what the server still sends is still kept. */
  async leave(): Promise<void> {
    emptyResultSchema.parse(await this.#call("leave"));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#nats.close();
  }

  #keep({ epoch, secret }: { epoch: number; secret?: string | undefined }): void {
    if (secret === undefined) throw new Error("an epoch of a room with a server-generated key has no secret");
    const known = this.secrets.epochs.some((each) => each.epoch === epoch);
    if (!known) this.secrets.epochs.push({ epoch, secret: Buffer.from(secret, "base64url") });
  }

  #acknowledge(epoch: number): void {
    this.#call("epoch-staged", { epoch }).catch(() => undefined); // nobody waits for it long
  }

  async #call(method: RpcMethod, body?: object): Promise<unknown> {
    const reply = `${subjects.replies(this.#inboxPrefix)}.${crypto.randomUUID().replaceAll("-", "")}`;
    const answers = this.#nats.subscribe(reply, { max: 1, timeout: answerTimeoutMs });
    const subject = subjects.rpc(this.sessionId, this.participantId, method);
    this.#nats.publish(subject, body && JSON.stringify(body), { reply });
    for await (const message of answers) {
      const answer = rpcAnswerSchema.parse(message.json());
      if (!answer.ok) throw new Error(`${method}: ${answer.error.message}`);
      return answer.result;
    }
    throw new Error(`${method}: the connection was closed before the answer`);
  }
}
