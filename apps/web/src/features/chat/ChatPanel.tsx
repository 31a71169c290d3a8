import type { ChatStore, MeetingFiles, PrivateChats, TypingStore } from "@sotto/client";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { useStore } from "../../ui/useStore.ts";
import { useChatFiles } from "./files/useChatFiles.ts";
import { ChatView } from "./ChatView.tsx";
import { Conversations } from "./Conversations.tsx";

export interface ChatPanelProps {
  chat: ChatStore;
  files: MeetingFiles;
  privateChats: PrivateChats;
  typing: TypingStore;
  /** The peer of the conversation that is shown, null for the one of everybody. */
  peerId: string | null;
  onChoose: (peerId: string | null) => void;
  /** Ids of those who are here. */
  present: ReadonlySet<string>;
  /** The name last seen of a participant, empty if there is none. */
  nameOf: (participantId: string) => string;
  /** Whether the meeting's permissions let us write, to everybody and privately. */
  canSend: boolean;
  canSendPrivately: boolean;
  /** Whether messages are end-to-end encrypted here. */
  encrypted: boolean;
  /** What the meeting's maker says to everybody, or empty. */
  welcome: string;
}

/** The chat of a meeting: what everybody reads, and the conversations with one person each. */
export function ChatPanel({ chat, privateChats, peerId, onChoose, nameOf, ...panel }: ChatPanelProps) {
  const { t } = useTranslation("chat");
  const unread = useStore(privateChats.unread);
  const unreadOfAll = useStore(chat.unread);
  const nameOrNobody = (participantId: string) => nameOf(participantId) || t("unknownSender");
  const peers = useStore(privateChats).map((each) => ({
    peerId: each.peerId,
    name: nameOrNobody(each.peerId),
    unread: unread.get(each.peerId) ?? 0,
  }));
  return (
    <Conversations peers={peers} unreadOfAll={unreadOfAll} chosen={peerId} onChoose={onChoose}>
      {peerId === null ? (
        <PublicConversation {...panel} key="all" chat={chat} nameOf={nameOrNobody} />
      ) : (
        <PrivateConversation
          {...panel}
          key={peerId}
          chat={privateChats.with(peerId)}
          peerId={peerId}
          nameOf={nameOrNobody}
        />
      )}
    </Conversations>
  );
}

type ConversationProps = Omit<ChatPanelProps, "privateChats" | "peerId" | "onChoose">;

function PublicConversation({ chat, files, typing, nameOf, canSend, encrypted, welcome }: ConversationProps) {
  const typists = useStore(typing);
  useEffect(() => () => typing.stop(), [typing]);
  return (
    <ChatView
      {...useConversation(chat, files)}
      peer={null}
      typists={typists.map(nameOf)}
      writing={canSend ? "allowed" : "locked"}
      encrypted={encrypted}
      welcome={welcome}
      onWrite={(text) => (text === "" ? typing.stop() : typing.type())}
    />
  );
}

function PrivateConversation({
  chat,
  files,
  peerId,
  present,
  nameOf,
  canSendPrivately,
  encrypted,
}: ConversationProps & { peerId: string }) {
  return (
    <ChatView
      {...useConversation(chat, files)}
      peer={nameOf(peerId)}
      typists={[]}
      writing={writingTo(present.has(peerId), canSendPrivately)}
      encrypted={encrypted}
      welcome=""
    />
  );
}

function writingTo(isPresent: boolean, isAllowed: boolean): "allowed" | "locked" | "gone" {
  if (!isPresent) return "gone";
  return isAllowed ? "allowed" : "locked";
}

/** What is on the screen is read. */
function useConversation(chat: ChatStore, files: MeetingFiles) {
  const unread = useStore(chat.unread);
  useEffect(() => {
    if (unread > 0) chat.markRead();
  }, [chat, unread]);
  return {
    messages: useStore(chat.messages),
    undecryptable: useStore(chat.undecryptable),
    missing: useStore(chat.missing),
    files: useChatFiles(files, chat),
    // A message that could not be sent stays in the list as `failed`, with a way to try again.
    onSend: (text: string) => void chat.send(text).catch(() => undefined),
    onRetry: (id: string) => void chat.retry(id).catch(() => undefined),
  };
}
