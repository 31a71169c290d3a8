import { PermissionViolationError, type NatsConnection } from "@nats-io/nats-core";
import { snapshotSchema, subjects, type EphemeralChannel, type RpcMethod, type Snapshot } from "@sotto/protocol";
import type { EphemeralMessage } from "../ephemeral/EphemeralMessages.ts";
import type { Schema } from "../Schema.ts";
import { pause } from "./backoff.ts";
import { connectNats, type MessageAddress } from "./connectNats.ts";
import { Deliveries, type Delivery, type DeliverySequences, type LostInterval } from "./Deliveries.ts";
import { RpcClient } from "./RpcClient.ts";
import { subscribeJson } from "./subscribeJson.ts";

/**
 * What arrives. `state` comes to everybody, `host` to hosts, `direct` to us alone; `kind` is the last token of the subject.
 */
export interface MessageHandlers {
  /** Whether we are a host as far as we know: only hosts may listen to what hosts are told. */
  readonly isHost: () => boolean;
  /** Called right before the snapshot is asked for; `apply` gets it, unless the connection is lost first. */
  readonly beginSnapshot: () => (snapshot: Snapshot) => void;
  readonly onDelivery: (delivery: Delivery) => void;
  /** See `Deliveries`. */
  readonly onLost: (lost: LostInterval) => void;
  /** From somebody else. */
  readonly onEphemeral: (message: EphemeralMessage) => void;
  readonly onState: (kind: string, value: unknown) => void;
  readonly onHost: (kind: string, value: unknown) => void;
  readonly onDirect: (kind: string, value: unknown) => void;
}

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
  #hearsHosts = false;

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
    const { nats, socket } = await connectNats(address, signal);
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
    subscribeJson(nats, subjects.allState(sessionId), handlers.onState);
    subscribeJson(nats, subjects.allTo(sessionId, participantId), handlers.onDirect);
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
    if (this.#handlers.isHost()) this.#hearHosts();
    await this.#takeSnapshot();
    // Made a host while we were away: what other hosts were told meanwhile is in the next snapshot.
    if (this.#handlers.isHost() && !this.#hearsHosts) {
      this.#hearHosts();
      await this.#takeSnapshot();
    }
    await this.#deliveries.resume();
  }

  async #takeSnapshot(): Promise<void> {
    const apply = this.#handlers.beginSnapshot();
    apply(await this.#rpc.call("snapshot", undefined, snapshotSchema));
  }

  #hearHosts(): void {
    this.#hearsHosts = true;
    subscribeJson(this.#nats, subjects.allHost(this.#address.sessionId), this.#handlers.onHost);
  }

  async #watchStatus(): Promise<void> {
    for await (const status of this.#nats.status()) {
      if (status.type === "error" && status.error instanceof PermissionViolationError) {
        this.#rpc.refuse(status.error.subject);
      }
    }
  }
}
