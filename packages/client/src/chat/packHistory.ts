import { maxChatBodyBytes, maxHistoryParts, type RetoldMessage } from "@sotto/protocol";

/** Of a part's body, for everything that is not a message. */
const frameBytes = 512;
const mostMessages = 500;

/** Messages in as many parts as may be sent, each small enough for one; the newest where it is too much. */
export function packHistory(messages: readonly RetoldMessage[]): RetoldMessage[][] {
  const parts: RetoldMessage[][] = [];
  let roomBytes = 0;
  for (const message of messages.toReversed()) {
    const sizeBytes = new TextEncoder().encode(JSON.stringify(message)).length + 1;
    if (sizeBytes > maxChatBodyBytes - frameBytes) continue; // longer than what can be told of it
    if (sizeBytes > roomBytes || (parts.at(-1)?.length ?? 0) >= mostMessages) {
      if (parts.length === maxHistoryParts) break;
      parts.push([]);
      roomBytes = maxChatBodyBytes - frameBytes;
    }
    parts.at(-1)?.push(message);
    roomBytes -= sizeBytes;
  }
  return parts.toReversed().map((part) => part.toReversed());
}
