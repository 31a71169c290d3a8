import type { WebhookBody } from "@sotto/protocol";
import { isKnownAs } from "../sessions/isKnownAs.ts";
import type { Webhook } from "./WebhookSeal.ts";

/** Whether a webhook is about the person whom its integrator knows by this id; true where nobody can say. */
export function isAbout(webhook: Webhook | null, userId: string): boolean {
  if (webhook === null) return true;
  const { participant } = JSON.parse(webhook.body) as Pick<WebhookBody, "participant">;
  return (
    participant !== undefined && isKnownAs({ userId: participant.identity, metadata: participant.metadata }, userId)
  );
}
