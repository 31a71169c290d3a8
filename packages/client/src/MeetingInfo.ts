import type { E2eeModel, JoinAnswer, Permissions, Role, RoomFeatures } from "@sotto/protocol";

/** What is fixed for the whole stay. `name`, `role` and `e2eeModel` are asserted by the server. */
export interface MeetingInfo {
  readonly sessionId: string;
  readonly participantId: string;
  readonly name: string;
  readonly role: Role;
  readonly e2eeModel: E2eeModel;
  readonly room: JoinAnswer["room"];
  readonly features: RoomFeatures;
  readonly permissions: Permissions;
}
