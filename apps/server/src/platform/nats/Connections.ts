import type { NatsConnection } from "@nats-io/nats-core";
import type { Logger } from "pino";
import { z } from "zod";
import { AppError } from "../AppError.ts";
import { accounts } from "./accounts.ts";
import type { ConnectionRef } from "./AuthCallout.ts";

/** A participant's connection to nats-server. */
export interface ParticipantConnection extends ConnectionRef {
  sid: string;
  pid: string;
}

const eventSchema = z.object({
  server: z.object({ id: z.string() }),
  client: z.object({ id: z.int(), user: z.string().default("") }),
});

const kickAnswerSchema = z.object({ error: z.object({ code: z.int() }).optional() });

const connzSchema = z.object({
  server: z.object({ id: z.string() }),
  data: z.object({
    total: z.int(),
    connections: z.array(z.object({ cid: z.int(), authorized_user: z.string().default("") })).default([]),
  }),
});

const pageSize = 1024;
const requestTimeoutMs = 2_000;

/** Who is connected: tells when a participant's connection comes or goes, lists and closes connections. */
export class Connections {
  readonly #connection: NatsConnection;
  readonly #log: Logger;

  constructor(connection: NatsConnection, log: Logger) {
    this.#connection = connection;
    this.#log = log;
  }

  onConnected(listener: (connection: ParticipantConnection) => void): void {
    this.#listen("CONNECT", listener);
  }

  onDisconnected(listener: (connection: ParticipantConnection) => void): void {
    this.#listen("DISCONNECT", listener);
  }

  /** Closes a connection, at whichever server of the cluster it is; `false` where it was gone already. */
  async kick({ serverId, clientId }: ConnectionRef): Promise<boolean> {
    const answer = await this.#connection
      .request(`$SYS.REQ.SERVER.${serverId}.KICK`, JSON.stringify({ cid: clientId }), { timeout: requestTimeoutMs })
      .catch((error: unknown) => {
        throw AppError.unavailable(error);
      });
    return kickAnswerSchema.parse(answer.json()).error === undefined;
  }

  /** The connections of one session's participants, or of everybody's, at every server of the cluster. */
  async list(sid?: string): Promise<ParticipantConnection[]> {
    const found: ParticipantConnection[] = [];
    for (let offset = 0, more = true; more; offset += pageSize) {
      more = false;
      for (const { server, data } of await this.#page(offset)) {
        more ||= data.total > offset + pageSize;
        for (const { cid, authorized_user } of data.connections) {
          const participant = parseUser(authorized_user);
          if (participant && (sid === undefined || participant.sid === sid))
            found.push({ ...participant, serverId: server.id, clientId: cid });
        }
      }
    }
    return found;
  }

  async #page(offset: number): Promise<z.infer<typeof connzSchema>[]> {
    const answers: z.infer<typeof connzSchema>[] = [];
    const query = JSON.stringify({ auth: true, limit: pageSize, offset });
    try {
      const replies = await this.#connection.requestMany(`$SYS.REQ.ACCOUNT.${accounts.meet}.CONNZ`, query, {
        strategy: "stall",
        maxWait: requestTimeoutMs,
      });
      for await (const reply of replies) answers.push(connzSchema.parse(reply.json()));
    } catch (error) {
      throw AppError.unavailable(error);
    }
    if (answers.length === 0) throw AppError.unavailable(new Error("no server told its connections"));
    return answers;
  }

  #listen(event: "CONNECT" | "DISCONNECT", listener: (connection: ParticipantConnection) => void): void {
    this.#connection.subscribe(`$SYS.ACCOUNT.${accounts.meet}.${event}`, {
      callback: (error, message) => {
        if (error) return this.#log.error({ err: error }, "connection events cannot be followed");
        const { server, client } = eventSchema.parse(message.json());
        const participant = parseUser(client.user);
        if (participant) listener({ ...participant, serverId: server.id, clientId: client.id });
      },
    });
  }
}

/** `<sid>.<pid>` of a participant; the control plane's own connections have no user name. */
function parseUser(user: string): { sid: string; pid: string } | null {
  const [sid, pid, ...rest] = user.split(".");
  return sid && pid && rest.length === 0 ? { sid, pid } : null;
}
