import type { Participant } from "@sotto/client";
import { consentTo, type JoiningService, type ServiceState } from "@sotto/protocol";
import type { Answers } from "./ServiceView.ts";

/** What everybody answered to the run of a service that is on or asked about. */
export function answersTo(service: JoiningService, state: ServiceState, participants: readonly Participant[]): Answers {
  const named = (answer: boolean | null) =>
    participants.filter(({ consents }) => consentTo(service, consents, state) === answer).map(({ name }) => name);
  return { agreed: named(true), refused: named(false), open: state.state === "off" ? [] : named(null) };
}
