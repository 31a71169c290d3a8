import { emptyResultSchema, type HandRequest } from "@sotto/protocol";
import { jsonBody } from "../connection/jsonBody.ts";
import type { CallControlPlane } from "../connection/RpcClient.ts";

/** Our own hand. Whether it is up, and in which place, is said by our entry among the participants. */
export class OwnHand {
  readonly #call: CallControlPlane;

  /** Made by `Meeting.join`. */
  constructor(call: CallControlPlane) {
    this.#call = call;
  }

  /** Raises it; a raised hand keeps its place. Throws a `SottoError`. */
  raise(): Promise<void> {
    return this.#set(true);
  }

  /** Takes it down. Throws a `SottoError`. */
  lower(): Promise<void> {
    return this.#set(false);
  }

  async #set(raised: boolean): Promise<void> {
    await this.#call("hand", jsonBody({ raised } satisfies HandRequest), emptyResultSchema);
  }
}
