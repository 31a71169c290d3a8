import {
  SottoError,
  type ChatStore,
  type HistoryTelling,
  type LostInterval,
  type MeetingFiles,
  type MeetingHistory,
  type Participant,
  type PrivateChats,
  type TypingStore,
} from "@sotto/client";
import { useCallback, useEffect, useMemo, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useToast } from "../../ui/Toast.tsx";
import { useStore } from "../../ui/useStore.ts";
import { ChatView } from "./ChatView.tsx";
import type { Outcome } from "./composer/Composing.ts";
import { mentionLabels } from "./composer/mentionLabels.ts";
import { Conversations } from "./Conversations.tsx";
import { useChatFiles } from "./files/useChatFiles.ts";
import { showMessage } from "./message/showMessage.ts";
import { NewcomerOffer } from "./NewcomerOffer.tsx";
import { ChatSearch } from "./search/ChatSearch.tsx";
import type { Searchable } from "./search/searchMessages.ts";
import { useSearchable } from "./search/useSearchable.ts";

export interface ChatPanelProps {
  chat: ChatStore;
  files: MeetingFiles;
  privateChats: PrivateChats;
  telling: HistoryTelling;
  /** What this browser remembers; null where it remembers nothing. */
  history: MeetingHistory | null;
  typing: TypingStore;
  /** The peer of the conversation that is shown, null for the one of everybody. */
  peerId: string | null;
  onChoose: (peerId: string | null) => void;
  /** Who is here. */
  participants: readonly Participant[];
  /** When messages were sent that the server lost, in whatever conversation. */
  lost: readonly LostInterval[];
  /** The name last seen of a participant, empty if there is none. */
  nameOf: (participantId: string) => string;
  /** Whether the meeting's permissions let us write, to everybody and privately. */
  canSend: boolean;
  canSendPrivately: boolean;
  /** Whether messages are end-to-end encrypted here. */
  encrypted: boolean;
  /** What the meeting's maker says to everybody, or empty. */
  welcome: string;
  /** Says how long this browser keeps the chat. */
  kept: ReactNode;
}

/** The chat of a meeting: what everybody reads, and the conversations with one person each. */
export function ChatPanel({ privateChats, peerId, onChoose, nameOf, ...panel }: ChatPanelProps) {
  const { t } = useTranslation("chat");
  const { chat, history, participants } = panel;
  const unread = useStore(privateChats.unread);
  const unreadOfAll = useStore(chat.unread);
  const mentions = useStore(chat.unreadMentions);
  const [isSearching, setIsSearching] = useState(false);
  const nameOrNobody = useCallback((id: string) => nameOf(id) || t("unknownSender"), [nameOf, t]);
  const selfId = participants.find(({ isLocal }) => isLocal)?.participantId ?? "";
  const chats = useStore(privateChats);
  const peers = chats.map((each) => ({
    peerId: each.peerId,
    name: nameOrNobody(each.peerId),
    unread: unread.get(each.peerId) ?? 0,
  }));
  const show = ({ message, peerId: found }: Searchable) => {
    setIsSearching(false);
    onChoose(found);
    // When the conversation is there.
    requestAnimationFrame(() => requestAnimationFrame(() => showMessage(document.body, message.id)));
  };
  if (isSearching) {
    return (
      <Search
        {...{ chat, privateChats, history, onShow: show }}
        nameOf={nameOrNobody}
        onClose={() => setIsSearching(false)}
      />
    );
  }
  const conversation = { ...panel, selfId, nameOf: nameOrNobody, onOpenSearch: () => setIsSearching(true) };
  return (
    <Conversations peers={peers} unreadOfAll={unreadOfAll} mentionsOfAll={mentions} chosen={peerId} onChoose={onChoose}>
      {peerId === null ? (
        <PublicConversation {...conversation} key="all" />
      ) : (
        <PrivateConversation {...conversation} key={peerId} chat={privateChats.with(peerId)} peerId={peerId} />
      )}
    </Conversations>
  );
}

interface ConversationProps extends Omit<ChatPanelProps, "privateChats" | "history" | "peerId" | "onChoose"> {
  selfId: string;
  onOpenSearch: () => void;
}

function PublicConversation(props: ConversationProps) {
  const { typing, nameOf, canSend, welcome } = props;
  const typists = useStore(typing);
  useEffect(() => () => typing.stop(), [typing]);
  return (
    <ChatView
      {...useConversation(props)}
      peer={null}
      typists={typists.map(nameOf)}
      writing={canSend ? "allowed" : "locked"}
      welcome={welcome}
      offer={<Offer {...props} />}
      onWrite={(text) => (text === "" ? typing.stop() : typing.type())}
    />
  );
}

function PrivateConversation({ peerId, ...props }: ConversationProps & { peerId: string }) {
  const isPresent = props.participants.some(({ participantId }) => participantId === peerId);
  return (
    <ChatView
      {...useConversation(props, peerId)}
      peer={props.nameOf(peerId)}
      typists={[]}
      writing={writingTo(isPresent, props.canSendPrivately)}
      welcome=""
      offer={null}
    />
  );
}

function writingTo(isPresent: boolean, isAllowed: boolean): "allowed" | "locked" | "gone" {
  if (!isPresent) return "gone";
  return isAllowed ? "allowed" : "locked";
}

/** What is on the screen is read. */
function useConversation(
  { chat, files, participants, lost, selfId, nameOf, encrypted, kept, onOpenSearch }: ConversationProps,
  peerId: string | null = null,
) {
  const unread = useStore(chat.unread);
  useEffect(() => {
    if (unread > 0) chat.markRead();
  }, [chat, unread]);
  const people = useMemo(
    () =>
      mentionLabels(participants.filter((each) => (peerId === null ? !each.isLocal : each.participantId === peerId))),
    [participants, peerId],
  );
  return {
    messages: useStore(chat.messages),
    undecryptable: useStore(chat.undecryptable),
    missing: useStore(chat.missing),
    lost,
    files: useChatFiles(files, chat),
    people,
    selfId,
    nameOf,
    encrypted,
    kept,
    onOpenSearch,
    // A message that could not be sent stays in the list as `failed`, with a way to try again.
    onSend: (text: string, replyTo: string | null) =>
      outcomeOf(chat.send(text, replyTo === null ? {} : { replyTo }), "done"),
    onEdit: (id: string, text: string) => outcomeOf(chat.edit(id, text), "failed"),
    onDelete: (id: string) => outcomeOf(chat.delete(id), "failed"),
    onRetry: (id: string) => void chat.retry(id).catch(() => undefined),
  };
}

async function outcomeOf(work: Promise<void>, otherwise: Outcome): Promise<Outcome> {
  try {
    await work;
    return "done";
  } catch (error) {
    return SottoError.from(error).code === "rate_limited" ? "too_fast" : otherwise;
  }
}

/** To whoever came last, one at a time. */
function Offer({ telling, nameOf }: ConversationProps) {
  const { t } = useTranslation("chat");
  const showToast = useToast();
  const newcomer = useStore(telling.newcomers).at(-1);
  if (newcomer === undefined) return null;
  const name = nameOf(newcomer);
  return (
    <NewcomerOffer
      key={newcomer}
      name={name}
      onTell={() =>
        telling.tell(newcomer).then(
          () => showToast({ text: t("history.told", { name }) }),
          () => showToast({ tone: "danger", text: t("history.notTold", { name }) }),
        )
      }
      onDismiss={() => telling.dismiss(newcomer)}
    />
  );
}

interface SearchProps extends Pick<ChatPanelProps, "chat" | "privateChats" | "history" | "nameOf"> {
  onShow: (found: Searchable) => void;
  onClose: () => void;
}

function Search({ onShow, onClose, ...sources }: SearchProps) {
  return <ChatSearch messages={useSearchable(sources)} nameOf={sources.nameOf} onShow={onShow} onClose={onClose} />;
}
