import type { PageClosedRequest } from "@sotto/protocol";
import type { SottoApi } from "../api/SottoApi.ts";
import { SottoError } from "../SottoError.ts";
import { Backoff } from "./backoff.ts";

/** Three quarters of a minute: as long as a restart may take. */
const maxAttempts = 30;

/**
 * Leaves over HTTP, because the meeting's own connection was away when we left: nobody should be waited for who has left.
 * Tries for a while, and never throws.
 */
export async function leaveInTheEnd(api: SottoApi, page: Omit<PageClosedRequest, "left">): Promise<void> {
  const backoff = new Backoff({ listen: () => () => undefined });
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    try {
      return await api.leave(page);
    } catch (error) {
      if (!SottoError.from(error).mayPass) return; // the server knows us no more
      await backoff.pause(new AbortController().signal);
    }
  }
}
