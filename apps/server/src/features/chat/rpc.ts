import {
  chatBodySchema,
  clientMessageIdBytes,
  e2eeModelOf,
  maxChatBodyBytes,
  type PublishResult,
} from "@sotto/protocol";
import type { Context } from "../../context.ts";
import { AppError } from "../../platform/AppError.ts";
import type { RpcRouter } from "../../platform/nats/RpcRouter.ts";

/** First byte of a message that is not encrypted, and of one under key schedule v1 (docs/architecture.md). */
const plainVersion = 0;
const sealedVersion = 1;
/** Version, epoch, sender nonce, counter and IV; then at least one padded block of 1024 bytes and the tag. */
const sealedHeaderBytes = 1 + 4 + 16 + 8 + 12;
const sealedBlockBytes = 1024;
const tagBytes = 16;

/** `pub-chat`: a message to everybody. In encrypted rooms the server sees its size and header, and nothing else. */
export function chatRpc(router: RpcRouter, { nats, participants, sessions }: Context): void {
  router.handle("pub-chat", async ({ sid, pid }, body): Promise<PublishResult> => {
    const person = await participants.find(sid, pid);
    const room = person && (await sessions.room(person.roomId));
    if (room?.sessionId !== sid) throw AppError.sessionEnded();
    const message = body.subarray(clientMessageIdBytes);
    if (e2eeModelOf(room.features) === "none") requirePlain(message);
    else requireSealed(message);
    const clientMessageId = body.subarray(0, clientMessageIdBytes);
    return nats.streams.publish({ sid, pid, channel: "chat", clientMessageId, body });
  });
}

function requireSealed(message: Uint8Array): void {
  const padded = message.length - sealedHeaderBytes - tagBytes;
  if (message[0] !== sealedVersion) throw AppError.bodyInvalid("messages in this room are end-to-end encrypted");
  if (padded <= 0 || padded % sealedBlockBytes !== 0) throw AppError.bodyInvalid("this is not a sealed message");
}

function requirePlain(message: Uint8Array): void {
  if (message[0] !== plainVersion) throw AppError.bodyInvalid("this room has no end-to-end encryption");
  if (message.length - 1 > maxChatBodyBytes) throw AppError.bodyTooLarge(maxChatBodyBytes);
  try {
    chatBodySchema.parse(JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(message.subarray(1))));
  } catch (cause) {
    throw AppError.bodyInvalid("the message is not a chat message", cause);
  }
}
