import {
  AckPolicy,
  DeliverPolicy,
  DiscardPolicy,
  jetstream,
  JetStreamApiCodes,
  JetStreamApiError,
  jetstreamManager,
  ReplayPolicy,
  RetentionPolicy,
  StorageType,
  type JetStreamClient,
  type JetStreamManager,
} from "@nats-io/jetstream";
import { nanos, type NatsConnection } from "@nats-io/nats-core";
import { maxRpcBodyBytes, streamName, subjects, type StreamChannel } from "@sotto/protocol";
import { AppError } from "../AppError.ts";

export interface SessionStreamLimits {
  /** Bytes one session's stream may hold; beyond, publishing is refused rather than history dropped. */
  maxBytes: number;
  /** Messages one participant may have on one channel. */
  maxMessagesPerSubject: number;
}

export const defaultSessionStreamLimits: SessionStreamLimits = {
  maxBytes: 8 * 1024 * 1024,
  maxMessagesPerSubject: 10_000,
};

/** A message and its `Nats-Msg-Id` header. */
const maxMessageBytes = maxRpcBodyBytes + 256;
const duplicateWindowMs = 120_000;
const heartbeatMs = 5_000;
const streamPrefix = streamName("");

/** Codes of a refusal because the stream holds as much as it may. */
const storeFailedCode = 10077;

export interface StreamMessage {
  sid: string;
  pid: string;
  channel: StreamChannel;
  /** 16 bytes; the same again is stored once within two minutes. */
  clientMessageId: Uint8Array;
  body: Uint8Array;
}

export interface DeliveryRequest {
  sid: string;
  pid: string;
  inboxPrefix: string;
  /** The last sequence the participant has, 0 for none. */
  after: number;
}

/**
 * The sessions' durable messages: one memory stream each, written by the control plane only, deleted as a whole at the
 * end. Participants are never given the JetStream API; what they get is pushed into their inbox.
 */
export class SessionStreams {
  readonly #jetstream: JetStreamClient;
  readonly #manager: JetStreamManager;
  readonly #limits: SessionStreamLimits;
  readonly #replicas: number;

  private constructor(
    jetstreamClient: JetStreamClient,
    manager: JetStreamManager,
    { replicas, limits }: { replicas: number; limits: SessionStreamLimits },
  ) {
    this.#jetstream = jetstreamClient;
    this.#manager = manager;
    this.#replicas = replicas;
    this.#limits = limits;
  }

  static async open(
    connection: NatsConnection,
    options: { replicas: number; limits: SessionStreamLimits },
  ): Promise<SessionStreams> {
    const manager = await jetstreamManager(connection, { checkAPI: false });
    return new SessionStreams(jetstream(connection), manager, options);
  }

  /** Makes the session's stream; harmless where it exists. */
  async create(sid: string): Promise<void> {
    await this.#manager.streams
      .add({
        name: streamName(sid),
        subjects: [`m.${sid}.pub.*.*`],
        retention: RetentionPolicy.Limits,
        storage: StorageType.Memory,
        num_replicas: this.#replicas,
        discard: DiscardPolicy.New,
        discard_new_per_subject: true,
        max_msgs_per_subject: this.#limits.maxMessagesPerSubject,
        max_bytes: this.#limits.maxBytes,
        max_msg_size: maxMessageBytes,
        duplicate_window: nanos(duplicateWindowMs),
        deny_delete: true,
        deny_purge: true,
        allow_rollup_hdrs: false,
        allow_msg_ttl: false,
        allow_msg_schedules: false,
        allow_direct: false,
      })
      .catch(unavailable);
  }

  /** Stores a message. Throws `session_ended` where there is no stream, `rate_limited` where it is full. */
  async publish(message: StreamMessage): Promise<{ sequence: number; duplicate: boolean }> {
    const { sid, pid, channel, clientMessageId, body } = message;
    try {
      const { seq, duplicate } = await this.#jetstream.publish(subjects.pub(sid, pid, channel), body, {
        // The participant is part of the id, so that nobody can use up somebody else's.
        msgID: `${pid}:${Buffer.from(clientMessageId).toString("hex")}`,
        retries: 0,
      });
      return { sequence: seq, duplicate };
    } catch (error) {
      if (error instanceof JetStreamApiError && error.code === storeFailedCode) {
        throw new AppError("rate_limited", "the meeting holds as many messages as it may", { cause: error });
      }
      if ((await this.#info(sid)) === null) throw AppError.sessionEnded();
      throw AppError.unavailable(error);
    }
  }

  /**
   * Starts the participant's deliveries over, after the last sequence it has, into `<inbox>.s`. nats-server delivers
   * while somebody subscribes to exactly that subject (a wildcard does not count), and forgets the consumer some seconds
   * after nobody does.
   */
  async startDeliveries(request: DeliveryRequest): Promise<{ stream: string; startSequence: number }> {
    const { sid, pid, inboxPrefix, after } = request;
    const stream = streamName(sid);
    const startSequence = after + 1;
    await this.stopDeliveries(sid, pid);
    await this.#manager.consumers
      .add(stream, {
        name: pid,
        deliver_subject: subjects.deliveries(inboxPrefix),
        deliver_policy: DeliverPolicy.StartSequence,
        opt_start_seq: startSequence,
        ack_policy: AckPolicy.None,
        replay_policy: ReplayPolicy.Instant,
        flow_control: true,
        idle_heartbeat: nanos(heartbeatMs),
        mem_storage: true,
        num_replicas: 1,
      })
      .catch((error: unknown) => {
        throw isNotFound(error) ? AppError.sessionEnded() : AppError.unavailable(error);
      });
    return { stream, startSequence };
  }

  /** Ends the participant's deliveries, where there are any. */
  async stopDeliveries(sid: string, pid: string): Promise<void> {
    await this.#manager.consumers.delete(streamName(sid), pid).catch((error: unknown) => {
      if (!isNotFound(error)) throw AppError.unavailable(error);
    });
  }

  /** The sequence of the newest message, 0 where there is none yet. Throws `session_ended` where there is no stream. */
  async lastSequence(sid: string): Promise<number> {
    const info = await this.#info(sid);
    if (info === null) throw AppError.sessionEnded();
    return info.state.last_seq;
  }

  /** Deletes the stream with everything in it and every delivery from it. */
  async delete(sid: string): Promise<void> {
    await this.#manager.streams.delete(streamName(sid)).catch((error: unknown) => {
      if (!isNotFound(error)) throw AppError.unavailable(error);
    });
  }

  /** Ids of the sessions that have a stream. */
  async list(): Promise<string[]> {
    const sids: string[] = [];
    for await (const name of this.#manager.streams.names()) {
      if (name.startsWith(streamPrefix)) sids.push(name.slice(streamPrefix.length));
    }
    return sids;
  }

  async #info(sid: string) {
    return this.#manager.streams.info(streamName(sid)).catch((error: unknown) => {
      if (isNotFound(error)) return null;
      throw AppError.unavailable(error);
    });
  }
}

function isNotFound(error: unknown): boolean {
  const notFound: number[] = [JetStreamApiCodes.StreamNotFound, JetStreamApiCodes.ConsumerNotFound];
  return error instanceof JetStreamApiError && notFound.includes(error.code);
}

function unavailable(error: unknown): never {
  throw AppError.unavailable(error);
}
