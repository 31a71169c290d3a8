import { randomUUID } from "node:crypto";
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
  type ConsumerConfig,
  type JetStreamClient,
  type JetStreamManager,
} from "@nats-io/jetstream";
import { nanos, type NatsConnection } from "@nats-io/nats-core";
import {
  maxRpcBodyBytes,
  streamName,
  subjects,
  type ResumeRequest,
  type ResumeResult,
  type StreamChannel,
  type StreamKind,
} from "@sotto/protocol";
import { AppError } from "../AppError.ts";
import { firstSequenceAfter } from "./firstSequenceAfter.ts";
import { StoredBytes } from "./StoredBytes.ts";

export interface SessionStreamLimits {
  /** Bytes each of a session's streams may hold; beyond, publishing is refused rather than history dropped. */
  maxBytes: Record<StreamKind, number>;
  /** Messages one participant may have on one channel, or to one peer. */
  maxMessagesPerSubject: number;
  /** How much of each stream one participant may fill, from 0 to 1, as far as this node has stored it. */
  maxShare: number;
}

/** What a stored message takes up beside its body, about. */
const messageOverheadBytes = 200;
/** A message and its `Nats-Msg-Id` header. */
const maxMessageBytes = maxRpcBodyBytes + 256;
const duplicateWindowMs = 120_000;
const heartbeatMs = 5_000;
const kinds = ["public", "private"] as const;
/** Two pages of one participant may ask at the same moment. */
const maxReplaceAttempts = 4;

/** Codes of a refusal because the stream holds as much as it may. */
const storeFailedCode = 10077;
/** A stream of this name exists with other settings: another first sequence. */
const streamExistsCode = 10058;
/** A consumer of this name exists with other settings. */
const consumerExistsCode = 10148;

interface DurableMessage {
  sid: string;
  /** Who sends it. */
  pid: string;
  /** 16 bytes; the same again is stored once within two minutes. */
  clientMessageId: Uint8Array;
  body: Uint8Array;
}

export interface PublicMessage extends DurableMessage {
  channel: StreamChannel;
}

export interface PrivateMessage extends DurableMessage {
  peer: string;
}

export interface DeliveryRequest extends ResumeRequest {
  sid: string;
  pid: string;
  inboxPrefix: string;
}

/**
 * The sessions' durable messages: two memory streams each, one for everybody and one for private messages, written by
 * the control plane only, deleted as a whole at the end. Participants are never given the JetStream API; what they get
 * is pushed into their inbox, and of the private stream only what they wrote or what was written to them.
 */
export class SessionStreams {
  readonly #jetstream: JetStreamClient;
  readonly #manager: JetStreamManager;
  readonly #limits: SessionStreamLimits;
  readonly #replicas: number;
  readonly #stored = new StoredBytes();

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

  /** Makes the session's streams; harmless where they exist. */
  create(sid: string): Promise<void> {
    return this.#createBoth(sid, 1);
  }

  /**
   * Makes the streams of a running session again, after NATS lost them, with sequences above those that were; harmless
   * where they exist.
   */
  restore(sid: string): Promise<void> {
    return this.#createBoth(sid, firstSequenceAfter(0));
  }

  /**
   * Stores a message. Throws `session_ended` where there is no stream, `storage_full` where it is full or the sender's
   * share of it is.
   */
  publish(message: PublicMessage): Promise<{ sequence: number; duplicate: boolean }> {
    const { sid, pid, channel } = message;
    return this.#store("public", { ...message, subject: subjects.pub(sid, pid, channel), idScope: pid });
  }

  /** Stores a private message, which only its sender and `peer` get. Throws as {@link publish} does. */
  publishPrivate(message: PrivateMessage): Promise<{ sequence: number; duplicate: boolean }> {
    const { sid, pid, peer } = message;
    return this.#store("private", { ...message, subject: subjects.dm(sid, pid, peer), idScope: `${pid}:${peer}` });
  }

  async #createBoth(sid: string, firstSequence: number): Promise<void> {
    await Promise.all([
      this.#create(sid, "public", `m.${sid}.pub.*.*`, firstSequence),
      this.#create(sid, "private", `m.${sid}.dm.*.*`, firstSequence),
    ]);
  }

  async #create(sid: string, kind: StreamKind, subject: string, firstSequence: number): Promise<void> {
    await this.#manager.streams
      .add({
        name: streamName(sid, kind),
        subjects: [subject],
        retention: RetentionPolicy.Limits,
        storage: StorageType.Memory,
        num_replicas: this.#replicas,
        first_seq: firstSequence,
        discard: DiscardPolicy.New,
        discard_new_per_subject: true,
        max_msgs_per_subject: this.#limits.maxMessagesPerSubject,
        max_bytes: this.#limits.maxBytes[kind],
        max_msg_size: maxMessageBytes,
        duplicate_window: nanos(duplicateWindowMs),
        deny_delete: true,
        deny_purge: true,
        allow_rollup_hdrs: false,
        allow_msg_ttl: false,
        allow_msg_schedules: false,
        allow_direct: false,
      })
      .catch((error: unknown) => {
        const exists = error instanceof JetStreamApiError && error.code === streamExistsCode;
        if (!exists) throw AppError.unavailable(error);
      });
  }

  async #store(
    kind: StreamKind,
    { sid, pid, subject, idScope, clientMessageId, body }: DurableMessage & { subject: string; idScope: string },
  ): Promise<{ sequence: number; duplicate: boolean }> {
    const stream = streamName(sid, kind);
    const share = this.#limits.maxShare * this.#limits.maxBytes[kind];
    const sizeBytes = body.length + messageOverheadBytes;
    if (this.#stored.of(stream, pid) + sizeBytes > share) throw AppError.shareFull();
    this.#stored.add(stream, pid, sizeBytes);
    try {
      const { seq, duplicate } = await this.#jetstream.publish(subject, body, {
        // The participant is part of the id, so that nobody can use up somebody else's.
        msgID: `${idScope}:${Buffer.from(clientMessageId).toString("hex")}`,
        retries: 0,
      });
      if (duplicate) this.#stored.add(stream, pid, -sizeBytes);
      return { sequence: seq, duplicate };
    } catch (error) {
      this.#stored.add(stream, pid, -sizeBytes);
      if (error instanceof JetStreamApiError && error.code === storeFailedCode) throw AppError.messagesFull(error);
      if ((await this.#info(sid, kind)) === null) throw AppError.sessionEnded();
      throw AppError.unavailable(error);
    }
  }

  /**
   * Starts the participant's deliveries over, after the last sequences it has, into `<inbox>.s` and `<inbox>.d`.
   * nats-server delivers while somebody subscribes to exactly these subjects (a wildcard does not count), and forgets
   * the consumers some seconds after nobody does.
   */
  async startDeliveries({ sid, pid, inboxPrefix, after }: DeliveryRequest): Promise<Omit<ResumeResult, "lost">> {
    const start = async (kind: StreamKind) => {
      const stream = streamName(sid, kind);
      const startSequence = after[kind] + 1;
      const config = {
        name: pid,
        deliver_subject: subjects.deliveries(inboxPrefix, kind),
        // Without this wall everybody would get everybody's private messages.
        ...(kind === "private" && { filter_subjects: subjects.ownDms(sid, pid) }),
        deliver_policy: DeliverPolicy.StartSequence,
        opt_start_seq: startSequence,
        ack_policy: AckPolicy.None,
        replay_policy: ReplayPolicy.Instant,
        flow_control: true,
        idle_heartbeat: nanos(heartbeatMs),
        mem_storage: true,
        num_replicas: 1,
        // nats-server may leave one with the same settings as it is, which then delivers nothing again.
        metadata: { start: randomUUID() },
      };
      await this.#replaceConsumer(stream, config).catch((error: unknown) => {
        throw isNotFound(error) ? AppError.sessionEnded() : AppError.unavailable(error);
      });
      return { stream, startSequence };
    };
    const [everybody, own] = await Promise.all([start("public"), start("private")]);
    return { public: everybody, private: own };
  }

  /**
   * When the streams were made anew because NATS had lost them, in Unix milliseconds; null where they still hold what
   * followed `sequence` of the public one. Nothing is ever deleted from a stream: only one that was made again begins later.
   */
  async lostUntil(sid: string, sequence: number): Promise<number | null> {
    const info = await this.#info(sid, "public");
    return info !== null && info.state.first_seq > sequence + 1 ? Date.parse(info.created) : null;
  }

  /** Ends the participant's deliveries, where there are any. */
  async stopDeliveries(sid: string, pid: string): Promise<void> {
    await Promise.all(kinds.map((kind) => this.#stopDeliveries(streamName(sid, kind), pid)));
  }

  /** The sequence of the newest message for everybody, 0 where there is none yet. Throws `session_ended` where there is no stream. */
  async lastSequence(sid: string): Promise<number> {
    const info = await this.#info(sid, "public");
    if (info === null) throw AppError.sessionEnded();
    return info.state.last_seq;
  }

  /** What the stream holds: messages, and nats-server's own figure of their bytes, with subject and headers. */
  async usage(sid: string, kind: StreamKind): Promise<{ count: number; bytes: number }> {
    const info = await this.#info(sid, kind);
    return { count: info?.state.messages ?? 0, bytes: info?.state.bytes ?? 0 };
  }

  async exists(sid: string, kind: StreamKind): Promise<boolean> {
    return (await this.#info(sid, kind)) !== null;
  }

  /** Deletes the streams with everything in them and every delivery from them. */
  async delete(sid: string): Promise<void> {
    const remove = (kind: StreamKind) => {
      this.#stored.forget(streamName(sid, kind));
      return this.#manager.streams.delete(streamName(sid, kind)).catch((error: unknown) => {
        if (!isNotFound(error)) throw AppError.unavailable(error);
      });
    };
    const results = await Promise.allSettled(kinds.map(remove));
    for (const result of results) if (result.status === "rejected") throw result.reason;
  }

  /** The streams that there are, of any session. */
  async list(): Promise<string[]> {
    const names: string[] = [];
    for await (const name of this.#manager.streams.names()) names.push(name);
    return names;
  }

  /** Makes the consumer, in place of one of the same name where there is one: after a loss of NATS, say, there is none. */
  async #replaceConsumer(stream: string, config: ConsumerConfig & { name: string }): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        await this.#manager.consumers.add(stream, config);
        return;
      } catch (error) {
        const exists = error instanceof JetStreamApiError && error.code === consumerExistsCode;
        if (!exists || attempt === maxReplaceAttempts) throw error;
        await this.#stopDeliveries(stream, config.name);
      }
    }
  }

  async #stopDeliveries(stream: string, pid: string): Promise<void> {
    await this.#manager.consumers.delete(stream, pid).catch((error: unknown) => {
      if (!isNotFound(error)) throw AppError.unavailable(error);
    });
  }

  async #info(sid: string, kind: StreamKind) {
    return this.#manager.streams.info(streamName(sid, kind)).catch((error: unknown) => {
      if (isNotFound(error)) return null;
      throw AppError.unavailable(error);
    });
  }
}

function isNotFound(error: unknown): boolean {
  const notFound: number[] = [JetStreamApiCodes.StreamNotFound, JetStreamApiCodes.ConsumerNotFound];
  return error instanceof JetStreamApiError && notFound.includes(error.code);
}
