import type { JoinAnswer } from "@sotto/protocol";

/** The root and the epoch secrets of a session, 32 bytes each, as a participant gets them. */
export interface SessionSecrets {
  root: Buffer;
  epochs: { epoch: number; secret: Buffer }[];
}

/** Throws where the answer has none: the room is not one with a server-generated key. */
export function secretsOf({ e2ee }: JoinAnswer): SessionSecrets {
  if (e2ee.model !== "server" || e2ee.secret === undefined || !e2ee.epochs?.length) {
    throw new Error(`a join answer of a room with a server-generated key has no secret (model ${e2ee.model})`);
  }
  return {
    root: Buffer.from(e2ee.secret, "base64url"),
    epochs: e2ee.epochs.map(({ epoch, secret }) => ({ epoch, secret: Buffer.from(secret, "base64url") })),
  };
}
