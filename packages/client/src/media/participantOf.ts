/** The participant of a media identity `pid.senderNonce`. */
export function participantOf(identity: string): string {
  return identity.slice(0, identity.indexOf("."));
}
