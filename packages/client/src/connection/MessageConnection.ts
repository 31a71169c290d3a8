import {
  AuthorizationError,
  PermissionViolationError,
  UserAuthenticationExpiredError,
  wsconnect,
  type Msg,
  type NatsConnection,
} from "@nats-io/nats-core";
import {
  rosterSnapshotSchema,
  subjects,
  type RosterSnapshot,
  type EphemeralChannel,
  type RpcMethod,
} from "@sotto/protocol";
import type { EphemeralMessage } from "../ephemeral/EphemeralMessages.ts";
import type { Schema } from "../Schema.ts";
import { SottoError } from "../SottoError.ts";
import { pause } from "./backoff.ts";
import { Deliveries, type Delivery, type DeliverySequences, type LostInterval } from "./Deliveries.ts";
import { RpcClient } from "./RpcClient.ts";

/** Where and as whom to connect: the answer of `POST /api/join`. */
export interface MessageAddress {
  readonly url: string;
  readonly secret: string;
  readonly inboxPrefix: string;
  readonly sessionId: string;
  readonly participantId: string;
}

/** What arrives. `state` comes to everybody, `direct` to us alone; `kind` is the last token of the subject. */
export interface MessageHandlers {
  /** Called right before the snapshot is asked for; `apply` gets it, unless the connection is lost first. */
  readonly beginSnapshot: () => (snapshot: RosterSnapshot) => void;
  readonly onDelivery: (delivery: Delivery) => void;
  /** See `Deliveries`. */
  readonly onLost: (lost: LostInterval) => void;
  /** From somebody else. */
  readonly onEphemeral: (message: EphemeralMessage) => void;
  readonly onState: (kind: string, value: unknown) => void;
  readonly onDirect: (kind: string, value: unknown) => void;
}

/** nats-server does not accept our secret: it was replaced, or we are not in the session any more. */
export class SecretRefused extends Error {
  override readonly name = "SecretRefused";
}

const connectTimeoutMs = 10_000;
const closeGraceMs = 300;
const probeMs = 3_000;

/** One WebSocket to NATS with everything on it. It does not reconnect: `MessageLink` makes a new one. */
export class MessageConnection {
  /** Resolves when the connection is gone, for whatever reason. */
  readonly lost: Promise<void>;
  readonly #markLost: () => void;
  readonly #nats: NatsConnection;
  readonly #socket: WebSocket;
  readonly #address: MessageAddress;
  readonly #rpc: RpcClient;
  readonly #deliveries: Deliveries;
  readonly #handlers: MessageHandlers;

  /**
   * Connects, subscribes, takes the snapshot and resumes the deliveries. Throws {@link SecretRefused}, or a
   * {@link SottoError}, or the signal's reason.
   */
  static async open(
    address: MessageAddress,
    sequences: DeliverySequences,
    handlers: MessageHandlers,
    signal: AbortSignal,
  ): Promise<MessageConnection> {
    const { nats, socket } = await connect(address, signal);
    const connection = new MessageConnection(nats, socket, address, sequences, handlers);
    const drop = () => connection.drop();
    signal.addEventListener("abort", drop);
    try {
      await connection.#synchronize();
      signal.throwIfAborted();
      return connection;
    } catch (error) {
      connection.drop();
      signal.throwIfAborted();
      throw error;
    } finally {
      signal.removeEventListener("abort", drop);
    }
  }

  private constructor(
    nats: NatsConnection,
    socket: WebSocket,
    address: MessageAddress,
    sequences: DeliverySequences,
    handlers: MessageHandlers,
  ) {
    const { sessionId, participantId, inboxPrefix } = address;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.lost = promise;
    this.#markLost = resolve;
    this.#nats = nats;
    this.#socket = socket;
    this.#address = address;
    this.#handlers = handlers;
    this.#rpc = new RpcClient({ nats, sessionId, participantId, inboxPrefix });
    this.#deliveries = new Deliveries({
      nats,
      rpc: this.#rpc,
      sessionId,
      participantId,
      inboxPrefix,
      sequences,
      onDelivery: handlers.onDelivery,
      onLost: handlers.onLost,
      onBroken: () => this.drop(),
    });
    nats.subscribe(subjects.allEph(sessionId), {
      callback: (error, { subject, data: body }) => {
        const [, , , from = "", channel = ""] = error ? [] : subject.split(".");
        if (from !== "" && from !== participantId) handlers.onEphemeral({ participantId: from, channel, body });
      },
    });
    this.#subscribe(subjects.allState(sessionId), handlers.onState);
    this.#subscribe(subjects.allTo(sessionId, participantId), handlers.onDirect);
    void this.#watchStatus();
    void nats.closed().then(() => this.drop());
  }

  /** Calls a method of the control plane: see `RpcClient`. */
  call<T>(method: RpcMethod, body: Uint8Array | undefined, schema: Schema<T>): Promise<T> {
    return this.#rpc.call(method, body, schema);
  }

  /** Publishes to everybody what is not kept; nats-server drops what our permissions do not allow. */
  publishEphemeral(channel: EphemeralChannel, wire: Uint8Array): void {
    const { sessionId, participantId } = this.#address;
    if (!this.#nats.isClosed()) this.#nats.publish(subjects.eph(sessionId, participantId, channel), wire);
  }

  /** Finds out whether anybody is there still, and gives the connection up where nobody answers. */
  async probe(): Promise<void> {
    const done = new AbortController();
    const answered = this.#nats.flush().then(
      () => true,
      () => false,
    );
    const isAlive = await Promise.race([answered, pause(probeMs, done.signal).then(() => false)]);
    done.abort();
    if (!isAlive) this.drop();
  }

  /** Gives the connection up at once, without waiting for a peer that may be gone. Idempotent. */
  drop(): void {
    this.#deliveries.close();
    this.#rpc.close();
    this.#socket.close();
    this.#nats.close().catch(() => undefined); // it only ever fails because it is closed
    this.#markLost();
  }

  async #synchronize(): Promise<void> {
    const apply = this.#handlers.beginSnapshot();
    apply(await this.#rpc.call("snapshot", undefined, rosterSnapshotSchema));
    await this.#deliveries.resume();
  }

  #subscribe(subject: string, handler: (kind: string, value: unknown) => void): void {
    this.#nats.subscribe(subject, {
      callback: (error, message) => {
        const value = error ? undefined : readJson(message);
        if (value !== undefined) handler(message.subject.slice(message.subject.lastIndexOf(".") + 1), value);
      },
    });
  }

  async #watchStatus(): Promise<void> {
    for await (const status of this.#nats.status()) {
      if (status.type === "error" && status.error instanceof PermissionViolationError) {
        this.#rpc.refuse(status.error.subject);
      }
    }
  }
}

async function connect(
  { url, secret, sessionId, participantId }: MessageAddress,
  signal: AbortSignal,
): Promise<{ nats: NatsConnection; socket: WebSocket }> {
  signal.throwIfAborted();
  const socket = new WebSocket(url);
  const connecting = wsconnect({
    servers: url,
    user: `${sessionId}.${participantId}`,
    pass: secret,
    reconnect: false,
    ignoreClusterUpdates: true,
    timeout: connectTimeoutMs,
    pingInterval: 15_000,
    maxPingOut: 2,
    wsFactory: () => Promise.resolve({ socket, encrypted: socket.url.startsWith("wss:") }),
  });
  connecting.catch(() => undefined); // it may fail after the race
  const gone = Promise.withResolvers<never>();
  const abort = () => gone.reject(signal.reason);
  // nats-core waits for its timeout when the socket closes before a greeting, and tells why it was refused a moment
  // after the socket closed.
  const close = () => setTimeout(() => gone.reject(new Error("the socket was closed")), closeGraceMs);
  signal.addEventListener("abort", abort);
  socket.addEventListener("close", close);
  try {
    return { nats: await Promise.race([connecting, gone.promise]), socket };
  } catch (error) {
    socket.close();
    signal.throwIfAborted();
    if (error instanceof AuthorizationError || error instanceof UserAuthenticationExpiredError) {
      throw new SecretRefused("the connection secret is not accepted", { cause: error });
    }
    throw SottoError.serverUnreachable(error);
  } finally {
    signal.removeEventListener("abort", abort);
    socket.removeEventListener("close", close);
  }
}

/** Undefined for what is no JSON: nobody but the control plane can publish here, so a newer one may. */
function readJson(message: Msg): unknown {
  try {
    return message.json();
  } catch {
    return undefined;
  }
}
