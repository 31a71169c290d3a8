import { SottoError, type ChatMessage, type FileUpload } from "@sotto/client";
import type { ChatFile } from "@sotto/protocol";
import { useState } from "react";
import { report } from "../../test/gallery/report.ts";
import type { Outcome } from "./composer/Composing.ts";
import type { ChatFiles } from "./files/ChatFiles.ts";
import { ChatView, type ChatViewProps } from "./ChatView.tsx";
import { NewcomerOffer } from "./NewcomerOffer.tsx";

const start = Date.UTC(2026, 0, 5, 9, 0);

function message(index: number, text: string, changes: Partial<ChatMessage> = {}): ChatMessage {
  return {
    id: `m${index}`,
    participantId: "p_ada",
    name: "Ada Lovelace",
    isLocal: false,
    text,
    mentions: {},
    file: null,
    replyTo: null,
    changedAt: null,
    isDeleted: false,
    retoldBy: null,
    sentAt: start + index * 1_000,
    state: "sent",
    ...changes,
  };
}

const ada = "p_AAAAAAAAAAAAAAAA";

/** Notes that it was called; what says "fast" is too fast. */
function answering(name: string): (...values: (string | null)[]) => Promise<Outcome> {
  return async (...values) => {
    report(name)(...values);
    return values.some((value) => value?.includes("fast")) ? "too_fast" : "done";
  };
}

const own = { participantId: "p_MMMMMMMMMMMMMMMM", name: "Grace Hopper", isLocal: true };

const props: ChatViewProps = {
  messages: [
    message(1, "Good morning! The agenda is at https://pad.example.org/agenda."),
    message(2, "<b>not bold</b><img src=x onerror=alert(1)> javascript:alert(1)"),
    message(3, "On it\n\n- first\n- second", own),
    message(4, "This one did not get through", { ...own, state: "failed" }),
    message(5, "Under way", { ...own, state: "sending" }),
  ],
  files: {
    maySend: true,
    uploads: [],
    onSend: report("files"),
    onCancel: report("cancel"),
    onRetry: report("retryFile"),
    download: () => new Promise(() => undefined),
  },
  undecryptable: 0,
  missing: 0,
  lost: [],
  peer: null,
  typists: [],
  writing: "allowed",
  encrypted: true,
  welcome: "",
  selfId: "p_MMMMMMMMMMMMMMMM",
  people: [
    { participantId: ada, label: "Ada Lovelace" },
    { participantId: "p_NNNNNNNNNNNNNNNN", label: "Niklaus Wirth" },
  ],
  nameOf: (id) => (id === ada ? "Ada Lovelace" : "Grace Hopper"),
  kept: "Kept in this browser until the meeting ends",
  offer: null,
  onOpenSearch: report("search"),
  onSend: answering("send"),
  onEdit: answering("edit"),
  onDelete: answering("delete"),
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

/** What people write, in every form that there is. */
export const rich = inPage({
  messages: [
    message(0, "Old news", { sentAt: start - 24 * 60 * 60_000 }),
    message(
      1,
      "Shall we start with the **budget**? _Everybody_ has ~~half an hour~~ 20 minutes; run `npm test` first.",
    ),
    message(2, "> Shall we start with the budget?\n\nYes:\n\n1. numbers\n2. questions\n\n- no slides\n- really", own),
    message(3, "```\nconst answer = 42;\n```"),
    message(4, `@${own.participantId}, can you? See [the plan](https://pad.example.org/plan) or https://аррӏе.com`, {
      replyTo: "m1",
      changedAt: start + 9_000,
    }),
    message(5, "", { ...own, isDeleted: true }),
    message(6, "On the way 🎉", { ...own, replyTo: "m4" }),
    message(7, "And I answer something that you never saw.", { replyTo: "gone" }),
  ],
});

/** Told by somebody who was there. */
export const retold = inPage({
  messages: [
    message(1, "We begin at nine.", { retoldBy: { participantId: "p_nik", name: "Niklaus Wirth" } }),
    message(2, "Without me, sorry.", {
      participantId: "p_li",
      name: "李明",
      retoldBy: { participantId: "p_nik", name: "Niklaus Wirth" },
    }),
    message(300, "Welcome, Grace!"),
  ],
  offer: <NewcomerOffer name="Benedikt" onTell={() => Promise.resolve()} onDismiss={report("dismiss")} />,
});

export const empty = inPage({ messages: [] });
export const emptyPlain = inPage({ messages: [], encrypted: false });
export const readOnly = inPage({ writing: "locked" });
export const typing = inPage({ onWrite: report("write"), typists: ["Ada Lovelace", "Niklaus Wirth"] });
export const privately = inPage({ peer: "Ada Lovelace" });
export const privatelyEmpty = inPage({ peer: "Ada Lovelace", messages: [], encrypted: false });
export const privatelyLocked = inPage({ peer: "Ada Lovelace", writing: "locked" });
export const privatelyGone = inPage({ peer: "Ada Lovelace", writing: "gone" });
export const gaps = inPage({
  undecryptable: 2,
  missing: 1,
  lost: [
    { since: start, until: start + 130_000 },
    { since: start + 300_000, until: start + 304_000 },
  ],
});

const file = (name: string, length: number, type = ""): ChatFile => ({
  fileId: `${name.length}`.padEnd(22, "A"),
  secret: "A".repeat(43),
  prefix: "A".repeat(10),
  sha256: "A".repeat(43),
  name,
  type,
  length,
});
const withFile = (index: number, sent: ChatFile, changes: Partial<ChatMessage> = {}) =>
  message(index, "", { file: sent, ...changes });
const upload = (name: string, changes: Partial<FileUpload>): FileUpload => ({
  id: name,
  chat: null as never,
  name,
  sizeBytes: 3_400_000,
  progress: 0,
  state: "waiting",
  error: null,
  ...changes,
});

/** A picture drawn here, as the sender's page would have found it on a disk. */
async function picture(type: string): Promise<Blob> {
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width: 480, height: 300 });
  const context = canvas.getContext("2d");
  if (!context) throw new Error("no canvas");
  context.fillStyle = "#e8b06a";
  context.fillRect(0, 0, 480, 300);
  context.fillStyle = "#0d5f4e";
  context.fillRect(40, 120, 400, 140);
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("no picture"))), type);
  });
}

const downloads: ChatFiles["download"] = async ({ name }, { onProgress }) => {
  report("download")(name);
  if (name.includes("damaged")) throw new SottoError("file_damaged", "");
  if (name.includes("slow")) {
    onProgress?.(0.4);
    return new Promise(() => undefined);
  }
  if (name.includes("script")) return new Blob([`<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>`]);
  return name.endsWith("png") ? picture("image/png") : new Blob(["text"]);
};

/** Files that came, that were sent, and that are on their way. */
export const withFiles = inPage({
  messages: [
    message(1, "The plan, and how it looks:"),
    withFile(2, file("Minutes of the general meeting, second draft with comments.pdf", 1_843_200)),
    withFile(3, file("harbour.png", 240_000, "image/png")),
    withFile(4, file("slow film.mp4", 48_000_000, "video/mp4")),
    withFile(5, file("damaged.zip", 90_000)),
    withFile(6, file("script.png", 900, "image/png"), own),
    withFile(7, file("large.png", 7_000_000, "image/png"), own),
    withFile(8, file("under way.txt", 12), { ...own, state: "sending" }),
  ],
  files: {
    ...props.files,
    download: downloads,
    uploads: [
      upload("holiday.jpg", { state: "sending", progress: 0.62 }),
      upload("A very long name of a file that nobody would ever read to its end.xlsx", {}),
      upload("too much.iso", { state: "failed", error: "storage_full" }),
    ],
  },
});

/** Long, and somebody writes more whenever the button is pressed. */
export const Growing = () => <GrowingChat from={60} />;
/** To see whether it stays smooth. */
export const VeryLong = () => <GrowingChat from={2_000} />;

function GrowingChat({ from }: { from: number }) {
  const [messages, setMessages] = useState(() =>
    Array.from({ length: from }, (_, index) => message(index, `Line ${index}`, index % 5 === 0 ? own : {})),
  );
  const add = (changes?: Partial<ChatMessage>) =>
    setMessages((before) => [...before, message(before.length, `Line ${before.length}`, changes)]);
  return (
    <>
      <button type="button" onClick={() => add()}>
        Somebody writes
      </button>
      <ChatPage
        {...props}
        messages={messages}
        onSend={async () => {
          add(own);
          return "done";
        }}
      />
    </>
  );
}
