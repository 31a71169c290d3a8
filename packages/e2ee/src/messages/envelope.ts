import { E2eeError } from "../E2eeError.ts";
import { concat, lengthPrefixed, u8, utf8, type Bytes } from "../keys/encoding.ts";
import { assertSessionId } from "../keys/keySchedule.ts";
import { assertParticipantId } from "../keys/Sender.ts";
import { bucketBytes, type Channel } from "./channels.ts";
import { encodeHeader, headerBytes, ivBytes, type MessageHeader } from "./MessageHeader.ts";
import { pad, unpad } from "./padding.ts";

const tagBytes = 16;

/** Where a message is from and goes to. A message moved elsewhere does not authenticate. */
export interface MessageRoute {
  sessionId: string;
  from: string;
  channel: Channel;
  /** The peer's participant id, or empty for everybody. */
  to: string;
}

/** What AES-GCM authenticates besides the body. */
export function messageAad({ sessionId, from, channel, to }: MessageRoute, header: Uint8Array): Bytes {
  assertSessionId(sessionId);
  assertParticipantId(from);
  if (to !== "") assertParticipantId(to);
  const route = [sessionId, from, channel, to].map(lengthPrefixed);
  return concat(utf8("sotto/v1/message"), u8(0), ...route, header);
}

/** Header, padded and encrypted body, tag. `body` is copied before the first await. */
export async function sealEnvelope(
  key: CryptoKey | Promise<CryptoKey>,
  route: MessageRoute,
  header: MessageHeader,
  body: Uint8Array,
): Promise<Bytes> {
  const padded = pad(body, bucketBytes(route.channel));
  const hdr = encodeHeader(header);
  const params = gcm(header.iv, messageAad(route, hdr));
  const sealed = await crypto.subtle.encrypt(params, await key, padded);
  padded.fill(0);
  return concat(hdr, new Uint8Array(sealed));
}

/**
 * The body of a wire message.
 *
 * @throws {E2eeError} `not_authentic`; `input_invalid` when it is padded wrongly, which only a member can do
 */
export async function openEnvelope(
  key: CryptoKey | Promise<CryptoKey>,
  route: MessageRoute,
  wire: Uint8Array,
): Promise<Bytes> {
  const hdr = new Uint8Array(wire.subarray(0, headerBytes));
  const sealed = new Uint8Array(wire.subarray(headerBytes));
  const bucket = bucketBytes(route.channel);
  if (sealed.length < bucket + tagBytes || (sealed.length - tagBytes) % bucket !== 0) {
    throw E2eeError.notAuthentic("a message of this length");
  }
  const params = gcm(hdr.slice(headerBytes - ivBytes), messageAad(route, hdr));
  const padded = new Uint8Array(await decrypt(params, await key, sealed));
  return unpad(padded, bucket);
}

async function decrypt(params: AesGcmParams, key: CryptoKey, sealed: Bytes): Promise<ArrayBuffer> {
  try {
    return await crypto.subtle.decrypt(params, key, sealed);
  } catch (error) {
    throw E2eeError.notAuthentic("the message", error);
  }
}

function gcm(iv: Bytes, additionalData: Bytes): AesGcmParams {
  return { name: "AES-GCM", iv, additionalData, tagLength: tagBytes * 8 };
}
