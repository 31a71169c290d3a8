/** The API of livekit-server by which rooms are administered; what each call needs to be carried out. */
const calls: Readonly<Record<string, (room: string, identity: string) => object>> = {
  "RoomService/ListRooms": () => ({}),
  "RoomService/CreateRoom": () => ({ name: "proof-made-by-a-participant" }),
  "RoomService/ListParticipants": (room) => ({ room }),
  "RoomService/GetParticipant": (room, identity) => ({ room, identity }),
  "RoomService/UpdateParticipant": (room, identity) => ({
    room,
    identity,
    name: "x",
    permission: { canPublish: true },
  }),
  "RoomService/MutePublishedTrack": (room, identity) => ({ room, identity, trackSid: "x", muted: true }),
  "RoomService/UpdateSubscriptions": (room, identity) => ({ room, identity, trackSids: ["x"], subscribe: true }),
  "RoomService/SendData": (room) => ({ room, data: "eA==", kind: "RELIABLE" }),
  "RoomService/UpdateRoomMetadata": (room) => ({ room, metadata: "x" }),
  "RoomService/PerformRpc": (room, identity) => ({ room, destinationIdentity: identity, method: "x" }),
  "RoomService/ForwardParticipant": (room, identity) => ({ room, identity, destinationRoom: "x" }),
  "RoomService/MoveParticipant": (room, identity) => ({ room, identity, destinationRoom: "x" }),
  "RoomService/RemoveParticipant": (room, identity) => ({ room, identity }),
  "RoomService/DeleteRoom": (room) => ({ room }),
  "Egress/StartRoomCompositeEgress": (room) => ({ roomName: room, layout: "grid" }),
  "Egress/StartParticipantEgress": (room, identity) => ({ roomName: room, identity }),
  "Egress/ListEgress": () => ({}),
  "Ingress/CreateIngress": (room) => ({ roomName: room, inputType: "WHIP_INPUT" }),
  "Ingress/ListIngress": () => ({}),
  "SIP/CreateSIPParticipant": (room) => ({ roomName: room, sipTrunkId: "x", sipCallTo: "x" }),
  "AgentDispatchService/CreateDispatch": (room) => ({ room, agentName: "x" }),
};

/** Calls each method with a token; gives the status of each answer. */
export async function callEverything(
  base: string,
  token: string,
  { room, identity }: { room: string; identity: string },
): Promise<Map<string, number>> {
  const statuses = new Map<string, number>();
  for (const [method, body] of Object.entries(calls)) {
    const { status } = await fetch(`${base}/twirp/livekit.${method}`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
      body: JSON.stringify(body(room, identity)),
    });
    statuses.set(method, status);
  }
  return statuses;
}
