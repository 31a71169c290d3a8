import { defaultLockSettings } from "@sotto/protocol";
import { report } from "../../test/gallery/report.ts";
import type { HostActions } from "./HostActions.ts";
import { PeopleView, type PeopleViewProps } from "./PeopleView.tsx";
import type { Person } from "./Person.ts";

const person: Person = {
  participantId: "p_ada",
  name: "Ada Lovelace",
  role: "participant",
  isLocal: false,
  away: false,
  speaking: false,
  microphone: "on",
  camera: true,
  sharing: false,
  hand: null,
  inSpotlight: false,
  locks: [],
  unread: 0,
};

const people: Person[] = [
  { ...person, isLocal: true, role: "host" },
  { ...person, participantId: "p_2", name: "Grace Hopper", speaking: true, unread: 2 },
  { ...person, participantId: "p_3", name: "Niklaus Wirth", microphone: "muted", camera: false },
  { ...person, participantId: "p_4", name: "李明", microphone: "undecryptable" },
  { ...person, participantId: "p_5", name: "Søren ".repeat(20), microphone: "muted", away: true },
];

/** Reports what is called; `everybody` for null, and objects as text. */
const saying =
  (name: keyof HostActions) =>
  (...values: unknown[]) => {
    report(name)(...values.map(inWords));
    return Promise.resolve();
  };
const inWords = (value: unknown) => {
  if (value === null) return "everybody";
  return typeof value === "object" ? JSON.stringify(value) : value;
};
const actions: HostActions = {
  askToUnmute: saying("askToUnmute"),
  stop: saying("stop"),
  remove: saying("remove"),
  setRole: saying("setRole"),
  lock: saying("lock"),
  spotlight: saying("spotlight"),
  lowerHand: saying("lowerHand"),
  setWaitingRoom: saying("setWaitingRoom"),
  admit: saying("admit"),
  refuse: saying("refuse"),
  messageWaiting: saying("messageWaiting"),
};

const inPanel = (props: Partial<PeopleViewProps>) =>
  function Specimen() {
    return (
      <main style={{ display: "flex", flexDirection: "column", width: "min(22rem, 100%)", height: "100dvh" }}>
        <h1>Meeting</h1>
        <h2>People</h2>
        <PeopleView people={people} onMessage={report("message")} host={undefined} {...props} />
      </main>
    );
  };

export const Everybody = inPanel({});
export const WithHands = inPanel({
  people: people.map((each, index) => ({ ...each, hand: [null, 2, 1, null, null][index] ?? null })),
});

const host: PeopleViewProps["host"] = {
  actions,
  lockable: [
    "lock_microphone",
    "lock_webcam",
    "lock_screen_sharing",
    "lock_chat",
    "lock_chat_send_message",
    "lock_private_chat",
    "lock_chat_file_share",
    "lock_reactions",
  ],
  room: { locks: { ...defaultLockSettings, lock_webcam: true }, waitingRoom: false },
  waiting: [],
};

export const ForHost = inPanel({
  host,
  people: people.map((each, index) => ({
    ...each,
    hand: index === 2 ? 1 : null,
    sharing: index === 1,
    inSpotlight: index === 1,
    locks: index === 2 ? ["lock_webcam"] : [],
  })),
});
export const TwoHosts = inPanel({
  host,
  people: people.map((each, index) => ({ ...each, role: index < 2 ? "host" : "participant" })),
});
export const Waiting = inPanel({
  host: {
    ...host,
    room: { ...host.room, waitingRoom: true },
    waiting: [
      { participantId: "p_6", name: "Barbara Liskov", since: 1 },
      { participantId: "p_7", name: "Edsger Dijkstra with a very long name", since: 2 },
    ],
  },
});
