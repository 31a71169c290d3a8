import { argon2Sync, createDecipheriv, createHash, hkdfSync } from "node:crypto";

/**
 * Key schedule v1, written a second time with node:crypto and none of the product's
 * code. Held to the known answers in test-vectors/.
 */

/** What a session's keys are derived from. */
export interface SessionInput {
  sessionId: string;
  /** 32 bytes. */
  root: Buffer;
  epoch: number;
  /** 32 bytes in rooms with a server-generated key, null in rooms with a passphrase. */
  epochSecret: Buffer | null;
}

export interface SenderInput {
  participantId: string;
  /** 16 bytes. */
  senderNonce: Buffer;
}

export function keyBySpecification(label: string, session: SessionInput, sender: SenderInput): Buffer {
  const { epoch } = session;
  const info = [
    text("sotto/v1/key"),
    zero,
    prefixed(label),
    u32(epoch),
    prefixed(sender.participantId),
    sender.senderNonce,
  ];
  return derive(Buffer.concat([session.root, session.epochSecret ?? Buffer.alloc(0)]), session, info);
}

/** The root of a room with a passphrase, which is taken as it is: in normal form. */
export function rootBySpecification(passphrase: string, sessionId: string, openerSalt: Buffer): Buffer {
  const salted = Buffer.concat([text("sotto/v1/argon2id"), zero, prefixed(sessionId), openerSalt]);
  const nonce = createHash("sha256").update(salted).digest();
  const cost = { memory: 65_536, passes: 3, parallelism: 1, tagLength: 32 };
  return argon2Sync("argon2id", { message: Buffer.from(passphrase), nonce, ...cost });
}

export function checkBySpecification(session: SessionInput): Buffer {
  return derive(session.root, session, [text("sotto/v1/check"), zero]);
}

export function fileKeyBySpecification(session: SessionInput, fileId: string, fileSecret: Buffer): Buffer {
  return derive(fileSecret, session, [text("sotto/v1/file"), zero, prefixed(fileId)]);
}

const headerBytes = 41;
const ivBytes = 12;
const tagBytes = 16;

/** Opens a message to everybody, `hdr ‖ ciphertext ‖ tag`, and gives the padded body; throws when the key is another. */
export function openBySpecification(
  key: Buffer,
  { sessionId }: SessionInput,
  { participantId }: SenderInput,
  { channel, wire }: { channel: string; wire: Uint8Array },
): Buffer {
  const header = wire.subarray(0, headerBytes);
  const context = [prefixed(sessionId), prefixed(participantId), prefixed(channel), prefixed("")];
  const decipher = createDecipheriv("aes-256-gcm", key, header.subarray(headerBytes - ivBytes));
  decipher.setAAD(Buffer.concat([text("sotto/v1/message"), zero, ...context, header]));
  decipher.setAuthTag(wire.subarray(-tagBytes));
  return Buffer.concat([decipher.update(wire.subarray(headerBytes, -tagBytes)), decipher.final()]);
}

const zero = Buffer.alloc(1);
const models = { server: Buffer.of(1), passphrase: Buffer.of(2) };

function derive(material: Buffer, { sessionId, epochSecret }: SessionInput, info: Buffer[]): Buffer {
  const model = models[epochSecret === null ? "passphrase" : "server"];
  const salt = createHash("sha256")
    .update(Buffer.concat([text("sotto/v1/session"), zero, model, prefixed(sessionId)]))
    .digest();
  return Buffer.from(hkdfSync("sha256", material, salt, Buffer.concat(info), 32));
}

function text(value: string): Buffer {
  return Buffer.from(value);
}

function prefixed(value: string): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(Buffer.byteLength(value));
  return Buffer.concat([length, text(value)]);
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
