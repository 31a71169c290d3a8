import type { Role, ServiceKind } from "@sotto/protocol";

/** Somebody else with a place at the SFU, as the roster has them. `identity`: of the media. `service`: null for people. */
export interface MediaPeer {
  readonly identity: string;
  readonly role: Role;
  readonly service: ServiceKind | null;
}
