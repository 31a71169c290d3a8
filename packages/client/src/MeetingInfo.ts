import type { E2eeModel, JoinAnswer, RoomFeatures } from "@sotto/protocol";

/** What is fixed for the whole stay. `name` and `e2eeModel` are asserted by the server. */
export interface MeetingInfo {
  readonly sessionId: string;
  readonly participantId: string;
  readonly name: string;
  readonly e2eeModel: E2eeModel;
  /** Of a room with a passphrase, else null: who opened the session, and whether links may carry the passphrase. */
  readonly passphrase: { readonly openedBy: string; readonly mayPutInLink: boolean } | null;
  readonly room: JoinAnswer["room"];
  readonly features: RoomFeatures;
}
