import { createHash, randomBytes } from "node:crypto";

/** 256 random bits in base64url: connection secrets, resume tokens, session and epoch secrets. */
export function randomSecret(): string {
  return randomBytes(32).toString("base64url");
}

export function newSessionId(): string {
  return randomBytes(16).toString("base64url");
}

export function newParticipantId(): string {
  return `p_${randomBytes(12).toString("base64url")}`;
}

/**
 * What is stored of a random secret. No salt and no stretching: nobody guesses 256 random bits. Comparing hashes with
 * `===` tells an attacker nothing, since they cannot choose what hashes to a wanted prefix.
 */
export function sha256(secret: string): string {
  return createHash("sha256").update(secret).digest("base64url");
}
