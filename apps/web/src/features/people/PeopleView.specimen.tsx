import { report } from "../../test/gallery/report.ts";
import { PeopleView, type Person } from "./PeopleView.tsx";

const person: Person = {
  participantId: "p_ada",
  name: "Ada Lovelace",
  role: "participant",
  isLocal: false,
  away: false,
  speaking: false,
  microphone: "on",
  camera: true,
  unread: 0,
};

export function Everybody() {
  return (
    <main style={{ maxWidth: "24rem" }}>
      <h1>People</h1>
      <PeopleView
        people={[
          { ...person, isLocal: true, role: "host" },
          { ...person, participantId: "p_2", name: "Grace Hopper", speaking: true, unread: 2 },
          { ...person, participantId: "p_3", name: "Niklaus Wirth", microphone: "muted", camera: false },
          { ...person, participantId: "p_4", name: "李明", microphone: "undecryptable" },
          { ...person, participantId: "p_5", name: "Søren ".repeat(20), microphone: "muted", away: true },
        ]}
        onMessage={report("message")}
      />
    </main>
  );
}
