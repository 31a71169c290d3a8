import type { Msg, NatsConnection } from "@nats-io/nats-core";
import { epochStagedRequestSchema, subjects, type DirectKind, type HostKind, type StateKind } from "@sotto/protocol";

/** Messages from the control plane to people in a session. Not kept: who is not connected asks for a snapshot later. */
export class MeetingBus {
  readonly #connection: NatsConnection;

  constructor(connection: NatsConnection) {
    this.#connection = connection;
  }

  /** To everybody in the session who is not waiting. */
  broadcast(sid: string, kind: StateKind, event: object): void {
    this.#connection.publish(subjects.state(sid, kind), JSON.stringify(event));
  }

  /** To the session's hosts. */
  sendToHosts(sid: string, kind: HostKind, event: object): void {
    this.#connection.publish(subjects.host(sid, kind), JSON.stringify(event));
  }

  /** To one participant. */
  sendTo(sid: string, pid: string, kind: DirectKind, event: object): void {
    this.#connection.publish(subjects.to(sid, pid, kind), JSON.stringify(event));
  }

  /**
   * Calls `listener` whenever somebody in the session says that they staged an epoch, whichever node answers them, until
   * the returned function is called. Who says so comes from the subject, which nats-server enforces.
   */
  onEpochStaged(sid: string, listener: (pid: string, epoch: number) => void): () => void {
    const subscription = this.#connection.subscribe(`m.${sid}.rpc.*.epoch-staged`, {
      callback: (error, message) => {
        const [, , , pid = ""] = message.subject.split(".");
        const staged = error ? null : epochStagedRequestSchema.safeParse(readJson(message));
        if (staged?.success) listener(pid, staged.data.epoch);
      },
    });
    return () => subscription.unsubscribe();
  }

  /** Resolves when everything sent so far has reached nats-server: kick only after. */
  flush(): Promise<void> {
    return this.#connection.flush();
  }
}

/** Undefined for what is no JSON. */
function readJson(message: Msg): unknown {
  try {
    return message.json();
  } catch {
    return undefined;
  }
}
