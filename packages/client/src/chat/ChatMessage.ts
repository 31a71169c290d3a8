import type { ChatFile } from "@sotto/protocol";

/**
 * One chat message.
 *
 * - `id`: the same from `sending` to `sent`, and unique in the meeting.
 * - `name`: the sender's name as last seen, or empty for somebody who left before we came.
 * - `text`: empty where there is a `file`, as a rule.
 * - `file`: what was sent along, or null; {@link MeetingFiles.download} fetches it.
 * - `sentAt`: Unix milliseconds, the server's clock once the message is `sent`.
 * - `state`: `sent` when it came back in the meeting's order of messages; only own messages are `sending` or `failed`.
 */
export interface ChatMessage {
  readonly id: string;
  readonly participantId: string;
  readonly name: string;
  readonly isLocal: boolean;
  readonly text: string;
  readonly file: ChatFile | null;
  readonly sentAt: number;
  readonly state: "sending" | "sent" | "failed";
}
