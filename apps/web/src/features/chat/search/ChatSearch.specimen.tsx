import type { ChatMessage } from "@sotto/client";
import { report } from "../../../test/gallery/report.ts";
import { ChatSearch } from "./ChatSearch.tsx";
import type { Searchable } from "./searchMessages.ts";

const start = Date.UTC(2026, 0, 5, 9, 0);

function found(index: number, text: string, where: Partial<Searchable> = {}, changes: Partial<ChatMessage> = {}) {
  const message: ChatMessage = {
    id: `m${index}`,
    participantId: "p_ada",
    name: "Ada Lovelace",
    isLocal: false,
    text,
    mentions: {},
    file: null,
    replyTo: null,
    sentAt: start + index * 60_000,
    changedAt: null,
    isDeleted: false,
    retoldBy: null,
    state: "sent",
    ...changes,
  };
  return { message, peerId: null, peer: null, isEarlier: false, ...where };
}

const messages: Searchable[] = [
  found(1, "The budget of last year, with everything that we had not thought of", { isEarlier: true }),
  found(2, "Is the budget ready?"),
  found(3, "The budget is confidential", { peerId: "p_ada", peer: "Ada Lovelace" }),
  found(4, "Here it is", {}, { name: "Grace Hopper", isLocal: true }),
];

/** Some messages of this meeting and an earlier one. */
export function Budget() {
  return (
    <main style={{ display: "grid", gridTemplateRows: "auto minmax(0, 1fr)", height: "100dvh", maxWidth: "24rem" }}>
      <h1>Chat</h1>
      <ChatSearch
        messages={messages}
        nameOf={() => "Somebody"}
        onShow={({ message }) => report("show")(message.id)}
        onClose={report("close")}
      />
    </main>
  );
}
