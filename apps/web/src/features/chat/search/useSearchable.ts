import type { ChatStore, MeetingHistory, PrivateChats, RememberedMessage } from "@sotto/client";
import { useEffect, useState } from "react";
import { useStore } from "../../../ui/useStore.ts";
import type { Searchable } from "./searchMessages.ts";

interface Sources {
  chat: ChatStore;
  privateChats: PrivateChats;
  history: MeetingHistory | null;
  nameOf: (participantId: string) => string;
}

/** Every message of this meeting, and what this browser remembers of earlier ones in the same room. */
export function useSearchable({ chat, privateChats, history, nameOf }: Sources): Searchable[] {
  const [earlier, setEarlier] = useState<readonly RememberedMessage[]>([]);
  useEffect(() => {
    let isOver = false;
    void history?.earlier().then((found) => {
      if (!isOver) setEarlier(found);
    });
    return () => {
      isOver = true;
    };
  }, [history]);
  const publicly = useStore(chat.messages).map((message) => ({ message, peerId: null, peer: null, isEarlier: false }));
  const privately = useStore(privateChats).flatMap(({ peerId, chat: { messages } }) =>
    messages.get().map((message) => ({ message, peerId, peer: nameOf(peerId), isEarlier: false })),
  );
  const before = earlier.map(({ message, peerId }) => {
    const peer = peerId === null ? null : message.isLocal ? nameOf(peerId) : message.name;
    return { message, peerId, peer, isEarlier: true };
  });
  return [...before, ...publicly, ...privately];
}
