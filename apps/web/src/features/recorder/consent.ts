import type { Participant } from "@sotto/client";
import { consentTo, type ServiceState } from "@sotto/protocol";

/**
 * Ids of those whose media may be recorded: who said yes to this recording. Their pages keep everybody else's from us
 * too; this is so that neither an old page nor a mistake of ours gets somebody into a recording.
 */
export function agreedToRecording(people: readonly Participant[], recording: ServiceState): ReadonlySet<string> {
  const agreed = people.filter(({ consents }) => consentTo("recording", consents, recording) === true);
  return new Set(agreed.map(({ participantId }) => participantId));
}
