import { randomBytes } from "node:crypto";

/** First token of every participant's private inbox. */
export const inboxRoot = "_I";

/** A private inbox prefix with 128 random bits: who does not know it cannot guess where deliveries and answers go. */
export function newInboxPrefix(): string {
  return `${inboxRoot}.${randomBytes(16).toString("base64url")}`;
}
