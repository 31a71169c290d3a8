import type { KeyObject } from "node:crypto";
import { participantIdSchema, sessionIdSchema, type Permissions } from "@sotto/protocol";
import type { Msg, NatsConnection, Subscription } from "@nats-io/nats-core";
import type { Logger } from "pino";
import { z } from "zod";
import { accounts } from "./accounts.ts";
import { decodeNatsJwt, encodeNatsJwt } from "./natsJwt.ts";
import { participantGrant } from "./participantGrant.ts";

/** One connection to nats-server, as kicks and connection events name it. */
export interface ConnectionRef {
  serverId: string;
  clientId: number;
}

/**
 * Decides about one connection. It registers the connection before it answers, so that a change of role in that moment
 * finds it and kicks it. `null` refuses.
 */
export type Authorize = (
  sid: string,
  pid: string,
  secret: string,
  connection: ConnectionRef & { host: string },
) => Promise<{ inboxPrefix: string; permissions: Permissions } | null>;

interface AuthCalloutOptions {
  connection: NatsConnection;
  issuer: { publicKey: string; privateKey: KeyObject };
  authorize: Authorize;
  log: Logger;
}

const requestSubject = "$SYS.REQ.USER.AUTH";
const requestAudience = "nats-authorization-request";

const requestSchema = z.object({
  user_nkey: z.string().regex(/^U[A-Z2-7]{55}$/),
  server_id: z.object({ id: z.string() }),
  client_info: z.object({ id: z.int(), host: z.string().default(""), type: z.string().default("") }),
  connect_opts: z.object({ user: z.string().default(""), pass: z.string().default("") }),
});

/** A refusal whose reason may stand in nats-server's log. */
class Refusal extends Error {}

/**
 * Answers nats-server's question "may this connection in, and with which rights?" for everybody who is not the control
 * plane. Only participants over WebSocket get in: user `<sid>.<pid>`, password the connection secret of their join.
 */
export class AuthCallout {
  readonly #issuer: AuthCalloutOptions["issuer"];
  readonly #authorize: Authorize;
  readonly #log: Logger;
  readonly #subscription: Subscription;

  constructor({ connection, issuer, authorize, log }: AuthCalloutOptions) {
    this.#issuer = issuer;
    this.#authorize = authorize;
    this.#log = log;
    this.#subscription = connection.subscribe(requestSubject, {
      queue: "auth",
      callback: (error, message) => {
        if (error) log.error({ err: error }, "the auth callout's subscription failed");
        else void this.#answer(message);
      },
    });
  }

  /** Stops answering; nobody can connect any more. */
  close(): void {
    this.#subscription.unsubscribe();
  }

  async #answer(message: Msg): Promise<void> {
    let request: z.infer<typeof requestSchema>;
    try {
      request = this.#decode(message);
    } catch (error) {
      this.#log.error({ err: error }, "nats-server asked something that the auth callout does not understand");
      return;
    }
    const answer = await this.#userJwt(request).then(
      (jwt) => ({ jwt }),
      (error: unknown) => {
        if (!(error instanceof Refusal)) this.#log.error({ err: error }, "a connection could not be authorized");
        return { error: error instanceof Refusal ? error.message : "unavailable" };
      },
    );
    message.respond(
      this.#encode({
        sub: request.user_nkey,
        aud: request.server_id.id,
        nats: { ...answer, type: "authorization_response", version: 2 },
      }),
    );
  }

  /** The request is for this service (issuer key, audience), signed by the server it names, and not an old one. */
  #decode(message: Msg): z.infer<typeof requestSchema> {
    const claims = decodeNatsJwt(message.string());
    const request = requestSchema.parse(claims.nats);
    if (claims.iss !== request.server_id.id) throw new Error("the request is not signed by the server it names");
    if (claims.aud !== requestAudience) throw new Error("the request has another audience");
    if (claims.sub !== this.#issuer.publicKey) throw new Error("the request is for another issuer");
    if (claims.exp === undefined || claims.exp * 1000 < Date.now()) throw new Error("the request has expired");
    return request;
  }

  async #userJwt({ user_nkey, server_id, client_info, connect_opts }: z.infer<typeof requestSchema>): Promise<string> {
    if (client_info.type !== "websocket") throw new Refusal("only WebSocket connections are let in");
    const [sid, pid, ...rest] = connect_opts.user.split(".");
    const known =
      rest.length === 0 && sessionIdSchema.safeParse(sid).success && participantIdSchema.safeParse(pid).success;
    if (!known || !sid || !pid || connect_opts.pass === "") throw new Refusal("not the credentials of a participant");

    const connection = { serverId: server_id.id, clientId: client_info.id, host: client_info.host };
    const authorized = await this.#authorize(sid, pid, connect_opts.pass, connection);
    if (!authorized) throw new Refusal("refused");

    const { pub, sub, subs, payload } = participantGrant({ sid, pid, ...authorized });
    return this.#encode({
      sub: user_nkey,
      aud: accounts.meet,
      name: connect_opts.user,
      nats: {
        pub,
        sub,
        subs,
        data: -1,
        payload,
        allowed_connection_types: ["WEBSOCKET"],
        type: "user",
        version: 2,
      },
    });
  }

  #encode(claims: { sub: string; aud: string; name?: string; nats: Record<string, unknown> }): string {
    const iat = Math.floor(Date.now() / 1000);
    return encodeNatsJwt({ iss: this.#issuer.publicKey, iat, ...claims }, this.#issuer.privateKey);
  }
}
