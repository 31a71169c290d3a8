import { encodeBase64Url } from "../keys/base64url.ts";
import type { Channel } from "./channels.ts";
import { ReplayWindow } from "./ReplayWindow.ts";

/** What a counter counts: the messages of one page of one sender on one channel to one recipient. */
export interface MessageStream {
  from: string;
  senderNonce: Uint8Array;
  channel: Channel;
  to: string;
}

/** One {@link ReplayWindow} per stream. Fed with authenticated messages only, so outsiders cannot make it grow. */
export class ReplayGuard {
  readonly #windows = new Map<string, ReplayWindow>();

  /** See {@link ReplayWindow.accept}. */
  accept({ from, senderNonce, channel, to }: MessageStream, counter: bigint): number {
    const stream = `${from} ${encodeBase64Url(senderNonce)} ${channel} ${to}`;
    const window = this.#windows.get(stream) ?? new ReplayWindow();
    this.#windows.set(stream, window);
    return window.accept(counter);
  }
}
