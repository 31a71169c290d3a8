import { emptyResultSchema, type CaptionsBody, type TranscriptLine, type TranscriptRequest } from "@sotto/protocol";
import type { MessageCodec } from "../chat/MessageCodec.ts";
import { jsonBody } from "../connection/jsonBody.ts";
import type { CallControlPlane } from "../connection/RpcClient.ts";

export interface CaptionChannelOptions {
  /** The codec of our present seat. */
  readonly codec: () => MessageCodec;
  readonly call: CallControlPlane;
}

/** How a transcriber tells everybody what it heard; the control plane refuses it to everybody else. */
export class CaptionChannel {
  readonly #options: CaptionChannelOptions;

  /** Made by `Meeting.join`. */
  constructor(options: CaptionChannelOptions) {
    this.#options = options;
  }

  /** Seals and sends at most 16 captions. Throws a `SottoError`: what was not sent is not worth sending later. */
  async send(captions: CaptionsBody["captions"]): Promise<void> {
    const body = new TextEncoder().encode(JSON.stringify({ captions } satisfies CaptionsBody));
    const wire = await this.#options.codec().seal("captions", "", body);
    await this.#options.call("captions", wire, emptyResultSchema);
  }

  /**
   * Gives the server at most 16 lines for the transcript, in words that it can read: where the room was made to keep one,
   * and nowhere else. Throws a `SottoError`.
   */
  async keep(lines: readonly TranscriptLine[]): Promise<void> {
    await this.#options.call(
      "transcript",
      jsonBody({ lines: [...lines] } satisfies TranscriptRequest),
      emptyResultSchema,
    );
  }
}
