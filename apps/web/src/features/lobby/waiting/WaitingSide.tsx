import type { WaitingRoom } from "@sotto/client";
import { useStore } from "../../../ui/useStore.ts";
import { WaitingView } from "./WaitingView.tsx";

interface WaitingSideProps {
  waitingRoom: WaitingRoom;
  onLeave: () => void;
}

/** The waiting room, beside the own picture. */
export function WaitingSide({ waitingRoom, onLeave }: WaitingSideProps) {
  return (
    <WaitingView
      name={waitingRoom.name}
      status={useStore(waitingRoom.status)}
      welcome={waitingRoom.welcome}
      messages={useStore(waitingRoom.messages)}
      onLeave={onLeave}
    />
  );
}
