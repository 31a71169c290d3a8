import { useState } from "react";
import { Conversations } from "./Conversations.tsx";

const people = [
  { peerId: "p_ada", name: "Ada Lovelace", unread: 2 },
  { peerId: "p_ben", name: "Benedikt Alexander von Hohenzollern-Sigmaringen", unread: 0 },
  { peerId: "p_li", name: "李明", unread: 120 },
];

/** Some conversations, of which one is shown. */
export function Switch() {
  const [chosen, setChosen] = useState<string | null>("p_ben");
  return (
    <main style={{ maxWidth: "24rem" }}>
      <h1>Chat</h1>
      <Conversations peers={people} unreadOfAll={1} mentionsOfAll={1} chosen={chosen} onChoose={setChosen}>
        <p>{`Shown: ${chosen ?? "everybody"}`}</p>
      </Conversations>
    </main>
  );
}
