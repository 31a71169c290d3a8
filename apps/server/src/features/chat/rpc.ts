import {
  chatBodySchema,
  clientMessageIdBytes,
  e2eeModelOf,
  maxChatBodyBytes,
  participantIdBytes,
  participantIdSchema,
  type ChatBody,
  type PublishResult,
  type StreamKind,
} from "@sotto/protocol";
import type { Context } from "../../context.ts";
import { AppError } from "../../platform/AppError.ts";
import { BoundedMap } from "../../platform/BoundedMap.ts";
import type { RpcCaller, RpcRouter } from "../../platform/nats/RpcRouter.ts";
import { plainBodyOf, requireSealed } from "../../platform/nats/wireMessage.ts";
import { maySee } from "../../sessions/ParticipantRecord.ts";

/** Sealed messages are padded to a multiple of this many bytes. */
const chatBlockBytes = 1024;
const maxRules = 10_000;

/** What a session's room asks of its messages. `mayTell`: whether people may tell what was written before. */
interface MessageRules {
  readonly encrypted: boolean;
  readonly mayTell: boolean;
}

/**
 * `pub-chat`: a message to everybody. `pub-private`: a message to one person, whom the sender can see in the list of
 * people. In encrypted rooms the server sees size, header and, of a private message, between whom; nothing else.
 */
export function chatRpc(router: RpcRouter, { activity, nats, participants, sessions }: Context): void {
  // What a session's room asks of messages never changes: it is looked up once.
  const rules = new BoundedMap<string, MessageRules>(maxRules);
  const rulesOf = async ({ sid, pid }: RpcCaller): Promise<MessageRules> => {
    const known = rules.get(sid);
    if (known !== undefined) return known;
    const person = await participants.find(sid, pid);
    const room = person && (await sessions.room(person.roomId));
    if (room?.sessionId !== sid) throw AppError.sessionEnded();
    const encrypted = e2eeModelOf(room.features) !== "none";
    const found = { encrypted, mayTell: room.features.chat_features.is_allow_history_sharing };
    rules.set(sid, found);
    return found;
  };
  const requireMessage = async (caller: RpcCaller, kind: StreamKind, message: Uint8Array) => {
    const { encrypted, mayTell } = await rulesOf(caller);
    if (!encrypted) requirePlain(message, kind, mayTell);
    else requireSealed(message, chatBlockBytes);
  };

  const count = ({ sid, pid }: RpcCaller, event: "public_chat" | "private_chat", { duplicate }: PublishResult) => {
    if (!duplicate) activity.count({ sessionId: sid, participantId: pid }, event);
  };

  router.handle("pub-chat", async (caller, body): Promise<PublishResult> => {
    const clientMessageId = body.subarray(0, clientMessageIdBytes);
    await requireMessage(caller, "public", body.subarray(clientMessageIdBytes));
    const published = await nats.streams.publish({ ...caller, channel: "chat", clientMessageId, body });
    count(caller, "public_chat", published);
    return published;
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
    const [sender = null, recipient = null] = await Promise.all(people);
    if (sender === null) throw AppError.sessionEnded();
    // As if they did not exist for whoever is hidden: nobody finds them by writing to them.
    if (recipient === null || recipient.service !== null || !maySee(sender, recipient)) throw AppError.personGone();
    const stored = Buffer.concat([clientMessageId, message]);
    const published = await nats.streams.publishPrivate({ ...caller, peer: peer.data, clientMessageId, body: stored });
    count(caller, "private_chat", published);
    return published;
  });
}

function requirePlain(message: Uint8Array, kind: StreamKind, mayTell: boolean): void {
  if (message.length - 1 > maxChatBodyBytes) throw AppError.bodyTooLarge(maxChatBodyBytes);
  const body = readChatBody(plainBodyOf(message));
  if (body.kind !== "history") return;
  if (kind === "public") throw AppError.bodyInvalid("a history is told in private messages only");
  if (!mayTell) throw AppError.notAllowed("this room does not let people tell what was written before");
}

function readChatBody(body: Uint8Array): ChatBody {
  try {
    return chatBodySchema.parse(JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body)));
  } catch (cause) {
    throw AppError.bodyInvalid("the message is not a chat message", cause);
  }
}
