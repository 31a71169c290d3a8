import {
  defaultLockSettings,
  type JoinAnswer,
  type ParticipantEvent,
  type RoomState,
  type ServiceStates,
  type Snapshot,
  type Standing,
  type WaitingEvent,
} from "@sotto/protocol";
import { ParticipantStore } from "./participants/ParticipantStore.ts";
import { NewestStore } from "./store/NewestStore.ts";
import { WaitingPeople } from "./waiting/WaitingPeople.ts";

/** What the control plane says of the meeting: who is here and waits, what we are, what hosts decided for everybody. */
export class MeetingState {
  readonly participants: ParticipantStore;
  readonly standing: NewestStore<Standing>;
  readonly room: NewestStore<RoomState>;
  readonly waitingPeople = new WaitingPeople();

  /** Until the first snapshot it knows what the answer to the join says. */
  constructor({ participantId, role, permissions, features, services }: JoinAnswer) {
    this.participants = new ParticipantStore(participantId);
    this.standing = new NewestStore<Standing>({ revision: 0, role, permissions });
    const waitingRoom = features.waiting_room_features.is_active;
    const decided = { locks: defaultLockSettings, spotlight: null, waitingRoom, ...services };
    this.room = new NewestStore<RoomState>({ revision: 0, ...decided });
  }

  /** What the answer to a later join says of services: until the next snapshot one that runs is not taken to be off. */
  noteServices({ recording, transcription }: ServiceStates): void {
    if (recording.state !== "off") this.room.amend({ recording });
    if (transcription.state !== "off") this.room.amend({ transcription });
  }

  /** To be called before a snapshot is asked for; the returned function takes it. */
  beginSnapshot(): (snapshot: Snapshot) => void {
    const takeParticipants = this.participants.beginSnapshot();
    const takeWaiting = this.waitingPeople.beginSnapshot();
    return (snapshot) => {
      this.standing.offer(snapshot.standing);
      this.room.offer(snapshot.room);
      takeParticipants(snapshot);
      takeWaiting(snapshot.waiting);
    };
  }

  /** Handlers of its events. */
  readonly events = {
    participant: (event: ParticipantEvent) => this.participants.apply(event),
    room: (room: RoomState) => this.room.offer(room),
    standing: (standing: Standing) => this.standing.offer(standing),
    waiting: (event: WaitingEvent) => this.waitingPeople.apply(event),
  } as const;
}
