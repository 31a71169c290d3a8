import type { WebhookBody } from "@sotto/protocol";
import type { Webhook } from "./WebhookSeal.ts";

/** Whether a webhook is about the person with this id, the integrator's own or the one that became of it; true where nobody can say. */
export function isAbout(webhook: Webhook | null, userId: string): boolean {
  if (webhook === null) return true;
  const { participant } = JSON.parse(webhook.body) as Pick<WebhookBody, "participant">;
  if (participant === undefined) return false;
  const { ex_user_id: givenId } = JSON.parse(participant.metadata) as { ex_user_id?: unknown };
  return participant.identity === userId || givenId === userId;
}
