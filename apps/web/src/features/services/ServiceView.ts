import type { ServiceRefusal, ServiceState } from "@sotto/protocol";

/** What people answered to a run, by name. */
export interface Answers {
  agreed: readonly string[];
  refused: readonly string[];
  open: readonly string[];
}

/** A service as the dialog shows it. */
export interface ServiceView {
  state: ServiceState;
  /** Why this meeting has it not; null where it may. */
  refusal: ServiceRefusal | null;
  /** Our own answer to the run there is; null before it. */
  ownAnswer: boolean | null;
  answers: Answers;
}
