import { createDecipheriv } from "node:crypto";
import { fileKey, SessionKeys, type Channel } from "@sotto/e2ee";
import {
  fileKeyBySpecification,
  keyBySpecification,
  openBySpecification,
  type SenderInput,
  type SessionInput,
} from "./keysBySpecification.ts";

/** A channel of each label that has a key of its own. */
const channels: readonly Channel[] = ["chat", "whiteboard", "notes", "control"];

export function openSession({ sessionId, root, epoch, epochSecret }: SessionInput, self: SenderInput) {
  if (epochSecret === null) return SessionKeys.forPassphrase({ sessionId, root, epoch, self });
  return SessionKeys.forServerKey({ sessionId, root, epochs: [{ epoch, secret: epochSecret }], self });
}

/**
 * The keys that the product uses in a session, in hex by what they are for. The browser never lets go of most of them:
 * that they are these is shown by opening, with the specification's key, what the product sealed. Throws otherwise.
 */
export async function keysInUse(session: SessionInput, self: SenderInput): Promise<Map<string, string>> {
  const keys = await openSession(session, self);
  const found = new Map<string, string>();
  const media = Buffer.from(await keys.mediaBaseKey(self.participantId, self.senderNonce, session.epoch));
  if (!media.equals(keyBySpecification("media", session, self))) throw new Error("media: not the specification's key");
  found.set("media", media.toString("hex"));

  for (const channel of channels) {
    const key = keyBySpecification(channel, session, self);
    const wire = await keys.sealMessage({ channel, to: "", body: Buffer.from(channel) });
    try {
      openBySpecification(key, session, self, { channel, wire });
    } catch (cause) {
      throw new Error(`${channel}: not the specification's key`, { cause });
    }
    found.set(channel, key.toString("hex"));
  }

  const model = session.epochSecret === null ? "passphrase" : "server";
  const fileSecret = Buffer.alloc(32, 7);
  const iv = Buffer.alloc(12);
  const params = { name: "AES-GCM", iv };
  const sealed = Buffer.from(
    await crypto.subtle.encrypt(params, await fileKey({ model, sessionId: session.sessionId }, "file", fileSecret), iv),
  );
  const specified = fileKeyBySpecification(session, "file", fileSecret);
  const decipher = createDecipheriv("aes-256-gcm", specified, iv).setAuthTag(sealed.subarray(-16));
  try {
    decipher.update(sealed.subarray(0, -16));
    decipher.final();
  } catch (cause) {
    throw new Error("file: not the specification's key", { cause });
  }
  found.set("file", specified.toString("hex"));
  keys.dispose();
  return found;
}
