import {
  chatBodySchema,
  clientMessageIdBytes,
  e2eeModelOf,
  maxChatBodyBytes,
  participantIdBytes,
  participantIdSchema,
  type ChatBody,
  type PublishResult,
  type RoomFeatures,
  type StreamKind,
} from "@sotto/protocol";
import type { Context } from "../../context.ts";
import { AppError } from "../../platform/AppError.ts";
import { BoundedMap } from "../../platform/BoundedMap.ts";
import type { RpcCaller, RpcRouter } from "../../platform/nats/RpcRouter.ts";
import { maySee } from "../../sessions/ParticipantRecord.ts";

/** First byte of a message that is not encrypted, and of one under key schedule v1 (docs/architecture.md). */
const plainVersion = 0;
const sealedVersion = 1;
/** Version, epoch, sender nonce, counter and IV; then at least one padded block of 1024 bytes and the tag. */
const sealedHeaderBytes = 1 + 4 + 16 + 8 + 12;
const sealedBlockBytes = 1024;
const tagBytes = 16;
const maxKnownSessions = 10_000;

/**
 * `pub-chat`: a message to everybody. `pub-private`: a message to one person, whom the sender can see in the list of
 * people. In encrypted rooms the server sees size, header and, of a private message, between whom; nothing else.
 */
export function chatRpc(router: RpcRouter, { nats, participants, sessions }: Context): void {
  // What a session's room allows never changes: it is looked up once.
  const known = new BoundedMap<string, RoomFeatures>(maxKnownSessions);
  const featuresOf = async ({ sid, pid }: RpcCaller) => {
    const features = known.get(sid);
    if (features !== undefined) return features;
    const person = await participants.find(sid, pid);
    const room = person && (await sessions.room(person.roomId));
    if (room?.sessionId !== sid) throw AppError.sessionEnded();
    known.set(sid, room.features);
    return room.features;
  };
  const requireMessage = async (caller: RpcCaller, kind: StreamKind, message: Uint8Array) => {
    const features = await featuresOf(caller);
    if (e2eeModelOf(features) === "none") requirePlain(message, kind, features);
    else requireSealed(message);
  };

  router.handle("pub-chat", async (caller, body): Promise<PublishResult> => {
    const clientMessageId = body.subarray(0, clientMessageIdBytes);
    await requireMessage(caller, "public", body.subarray(clientMessageIdBytes));
    return nats.streams.publish({ ...caller, channel: "chat", clientMessageId, body });
  });

  router.handle("pub-private", async (caller, body): Promise<PublishResult> => {
    const clientMessageId = body.subarray(0, clientMessageIdBytes);
    const message = body.subarray(clientMessageIdBytes + participantIdBytes);
    const peer = participantIdSchema.safeParse(
      Buffer.from(body.subarray(clientMessageIdBytes, clientMessageIdBytes + participantIdBytes)).toString("latin1"),
    );
    if (!peer.success || peer.data === caller.pid) throw AppError.bodyInvalid("a private message is for somebody else");
    await requireMessage(caller, "private", message);
    const people = [caller.pid, peer.data].map((pid) => participants.find(caller.sid, pid));
    const [sender, recipient] = await Promise.all(people);
    // As if they did not exist for whoever is hidden: nobody finds them by writing to them.
    if (!sender || !recipient || !maySee(sender, recipient)) throw AppError.personGone();
    const stored = Buffer.concat([clientMessageId, message]);
    return nats.streams.publishPrivate({ ...caller, peer: peer.data, clientMessageId, body: stored });
  });
}

function requireSealed(message: Uint8Array): void {
  const padded = message.length - sealedHeaderBytes - tagBytes;
  if (message[0] !== sealedVersion) throw AppError.bodyInvalid("messages in this room are end-to-end encrypted");
  if (padded <= 0 || padded % sealedBlockBytes !== 0) throw AppError.bodyInvalid("this is not a sealed message");
}

function requirePlain(message: Uint8Array, kind: StreamKind, { chat_features }: RoomFeatures): void {
  if (message[0] !== plainVersion) throw AppError.bodyInvalid("this room has no end-to-end encryption");
  if (message.length - 1 > maxChatBodyBytes) throw AppError.bodyTooLarge(maxChatBodyBytes);
  const body = readChatBody(message.subarray(1));
  if (body.kind !== "history") return;
  if (kind === "public") throw AppError.bodyInvalid("a history is told in private messages only");
  if (!chat_features.is_allow_history_sharing)
    throw AppError.notAllowed("this room does not let people tell what was written before");
}

function readChatBody(body: Uint8Array): ChatBody {
  try {
    return chatBodySchema.parse(JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body)));
  } catch (cause) {
    throw AppError.bodyInvalid("the message is not a chat message", cause);
  }
}
