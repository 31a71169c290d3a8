import { E2eeError } from "../E2eeError.ts";
import type { KeyLabel } from "../keys/keySchedule.ts";

const channelLabels = {
  chat: "chat",
  reactions: "chat",
  typing: "chat",
  whiteboard: "whiteboard",
  cursors: "whiteboard",
  notes: "notes",
  control: "control",
  captions: "captions",
} as const satisfies Record<string, KeyLabel>;

/** A channel of encrypted messages, as the NATS subject names it. */
export type Channel = keyof typeof channelLabels;

/**
 * Which key protects what is sent on a channel. The channel itself is authenticated with every message.
 *
 * @throws {E2eeError} `input_invalid` for a channel that is not on the list
 */
export function labelOf(channel: Channel): KeyLabel {
  if (!Object.hasOwn(channelLabels, channel)) throw E2eeError.inputInvalid("not a channel of encrypted messages");
  return channelLabels[channel];
}

/** Padded bodies are a multiple of this many bytes long. */
export function bucketBytes(channel: Channel): number {
  return channel === "chat" || channel === "control" ? 1024 : 256;
}
