import type { NatsConnection } from "@nats-io/nats-core";
import { subjects, type DirectKind, type StateKind } from "@sotto/protocol";

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

  /** To one participant. */
  sendTo(sid: string, pid: string, kind: DirectKind, event: object): void {
    this.#connection.publish(subjects.to(sid, pid, kind), JSON.stringify(event));
  }

  /** Resolves when everything sent so far has reached nats-server: kick only after. */
  flush(): Promise<void> {
    return this.#connection.flush();
  }
}
