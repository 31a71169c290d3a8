import type { ChatFile } from "@sotto/protocol";

/**
 * One chat message.
 *
 * - `id`: the same from `sending` to `sent`, and unique in the meeting.
 * - `name`: the sender's name as last seen, or empty for somebody who left before we came.
 * - `text`: empty where there is a `file`, as a rule, and where it was taken back. Mentions stand in it as `@` and a
 *   participant id: `splitMentions` of the protocol.
 * - `mentions`: the names of those whom the text mentions, by participant id, as far as they were known.
 * - `file`: what was sent along, or null; {@link MeetingFiles.download} fetches it.
 * - `replyTo`: id of the message that it answers, or null. It may be one that we never got.
 * - `sentAt`: Unix milliseconds, the server's clock once the message is `sent`.
 * - `changedAt`: when its sender changed it last or took it back, by the same clock, or null.
 * - `retoldBy`: who told us of it, where it was written before we came; nobody has checked what they say. Else null.
 * - `state`: `sent` when it came back in the meeting's order of messages; only own messages are `sending` or `failed`.
 */
export interface ChatMessage {
  readonly id: string;
  readonly participantId: string;
  readonly name: string;
  readonly isLocal: boolean;
  readonly text: string;
  readonly mentions: Readonly<Record<string, string>>;
  readonly file: ChatFile | null;
  readonly replyTo: string | null;
  readonly sentAt: number;
  readonly changedAt: number | null;
  readonly isDeleted: boolean;
  readonly retoldBy: { readonly participantId: string; readonly name: string } | null;
  readonly state: "sending" | "sent" | "failed";
}
