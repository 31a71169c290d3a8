import type { ChatMessage } from "@sotto/client";
import { useState } from "react";
import { report } from "../../test/gallery/report.ts";
import { ChatView, type ChatViewProps } from "./ChatView.tsx";

const start = Date.UTC(2026, 0, 5, 9, 0);

function message(index: number, text: string, changes: Partial<ChatMessage> = {}): ChatMessage {
  return {
    id: `m${index}`,
    participantId: "p_ada",
    name: "Ada Lovelace",
    isLocal: false,
    text,
    file: null,
    sentAt: start + index * 1_000,
    state: "sent",
    ...changes,
  };
}

const own = { participantId: "p_me", name: "Grace Hopper", isLocal: true };

const props: ChatViewProps = {
  messages: [
    message(1, "Good morning! The agenda is at https://pad.example.org/agenda."),
    message(2, "<b>not bold</b><img src=x onerror=alert(1)> javascript:alert(1)"),
    message(3, "On it\n\n- first\n- second", own),
    message(4, "This one did not get through", { ...own, state: "failed" }),
    message(5, "Under way", { ...own, state: "sending" }),
  ],
  undecryptable: 0,
  missing: 0,
  peer: null,
  typists: [],
  writing: "allowed",
  encrypted: true,
  welcome: "",
  onSend: report("send"),
  onRetry: report("retry"),
};

const inPage = (changes: Partial<ChatViewProps> = {}) =>
  function Specimen() {
    return <ChatPage {...props} {...changes} />;
  };

function ChatPage(page: ChatViewProps) {
  return (
    <main style={{ display: "grid", gridTemplateRows: "auto minmax(0, 1fr)", height: "100dvh", maxWidth: "24rem" }}>
      <h1>Chat</h1>
      <ChatView {...page} />
    </main>
  );
}

export const filled = inPage({ welcome: "Welcome! The house rules: https://example.org/rules" });
export const empty = inPage({ messages: [] });
export const emptyPlain = inPage({ messages: [], encrypted: false });
export const readOnly = inPage({ writing: "locked" });
export const typing = inPage({ onWrite: report("write"), typists: ["Ada Lovelace", "Niklaus Wirth"] });
export const privately = inPage({ peer: "Ada Lovelace" });
export const privatelyEmpty = inPage({ peer: "Ada Lovelace", messages: [], encrypted: false });
export const privatelyLocked = inPage({ peer: "Ada Lovelace", writing: "locked" });
export const privatelyGone = inPage({ peer: "Ada Lovelace", writing: "gone" });
export const gaps = inPage({ undecryptable: 2, missing: 1 });

/** Long, and somebody writes more whenever the button is pressed. */
export function Growing() {
  const [messages, setMessages] = useState(() =>
    Array.from({ length: 60 }, (_, index) => message(index, `Line ${index}`)),
  );
  const add = (changes?: Partial<ChatMessage>) =>
    setMessages((before) => [...before, message(before.length, `Line ${before.length}`, changes)]);
  return (
    <>
      <button type="button" onClick={() => add()}>
        Somebody writes
      </button>
      <ChatPage {...props} messages={messages} onSend={() => add(own)} />
    </>
  );
}
