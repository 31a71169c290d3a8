/**
 * Each API client has room ids of its own: what it calls `lesson` is another room than another client's `lesson`, and none
 * can learn what others call theirs (docs/adr/0020). Inside, a room's id names its client too, in front of a character
 * that no client can put into one. Those of the installation's own client, guests' meetings among them, have nothing in
 * front, as before there were others.
 */

/** Id of the client that the installation makes for itself. */
export const homeClientId = "main";

const separator = "=";

/** The id under which a client's room is kept. */
export function scopedRoomId(clientId: string, name: string): string {
  return clientId === homeClientId ? name : `${clientId}${separator}${name}`;
}

/** What its client, and the people in it, call a room. */
export function roomName(roomId: string): string {
  return roomId.slice(roomId.indexOf(separator) + 1);
}

/** The id of the client whose room it is. */
export function roomOwner(roomId: string): string {
  const end = roomId.indexOf(separator);
  return end === -1 ? homeClientId : roomId.slice(0, end);
}
