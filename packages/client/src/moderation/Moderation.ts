import {
  emptyResultSchema,
  type AdmissionRequest,
  type AskedEvent,
  type LockName,
  type ModerateRequest,
  type Role,
  type StoppableSource,
} from "@sotto/protocol";
import { jsonBody } from "../connection/jsonBody.ts";
import type { CallControlPlane } from "../connection/RpcClient.ts";

/**
 * What hosts do. Each resolves when it is enforced, and throws a `SottoError`: `not_allowed` for whoever is no host (any
 * more), `not_found` when the person is not there (any more). `null` for a person means everybody but the hosts, unless
 * it is said otherwise.
 */
export class Moderation {
  readonly #call: CallControlPlane;

  /** Made by `Meeting.join`. */
  constructor(call: CallControlPlane) {
    this.#call = call;
  }

  /** Asks somebody to switch something on, which only they can do. */
  askToUnmute(participantId: string, source: AskedEvent["source"]): Promise<void> {
    return this.#moderate({ action: "ask-to-unmute", participantId, source });
  }

  /** Switches a microphone or camera off, which its owner may undo, or ends a screen share. */
  stop(participantId: string | null, source: StoppableSource): Promise<void> {
    return this.#moderate({ action: "stop", participantId, source });
  }

  /** Puts somebody out of the meeting; with `ban` they do not come in again in this session. */
  remove(participantId: string, { ban }: { readonly ban: boolean }): Promise<void> {
    return this.#moderate({ action: "remove", participantId, ban });
  }

  /** Makes somebody a host or a participant; `not_allowed` for the last host. */
  setRole(participantId: string, role: Role): Promise<void> {
    return this.#moderate({ action: "set-role", participantId, role });
  }

  /** Locks or unlocks something for one person; for null also for whoever comes later. */
  lock(participantId: string | null, lock: LockName, locked: boolean): Promise<void> {
    return this.#moderate({ action: "lock", participantId, lock, locked });
  }

  /** Shows somebody large to everybody, or for null nobody. */
  spotlight(participantId: string | null): Promise<void> {
    return this.#moderate({ action: "spotlight", participantId });
  }

  /** Takes somebody's hand down, or for null every hand. */
  lowerHand(participantId: string | null): Promise<void> {
    return this.#moderate({ action: "lower-hand", participantId });
  }

  /** Whether people who come from now on wait until a host lets them in. */
  setWaitingRoom(active: boolean): Promise<void> {
    return this.#moderate({ action: "waiting-room", active });
  }

  /** Lets somebody who waits in, or for null all who wait; `room_full` where there is no place left. */
  admit(participantId: string | null): Promise<void> {
    return this.#decide({ action: "admit", participantId });
  }

  /** Sends somebody who waits away. */
  refuse(participantId: string): Promise<void> {
    return this.#decide({ action: "refuse", participantId });
  }

  /** Writes to somebody who waits, or for null to all who wait. They have no key: the server can read it. */
  messageWaiting(participantId: string | null, text: string): Promise<void> {
    return this.#decide({ action: "message", participantId, text });
  }

  async #moderate(request: ModerateRequest): Promise<void> {
    await this.#call("moderate", jsonBody(request), emptyResultSchema);
  }

  async #decide(request: AdmissionRequest): Promise<void> {
    await this.#call("admission", jsonBody(request), emptyResultSchema);
  }
}
