import type { ChatMessage, LostInterval } from "@sotto/client";
import type { TFunction } from "i18next";
import { FileUp, Search, ShieldAlert } from "lucide-react";
import { useCallback, useLayoutEffect, useMemo, useRef, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { copyText } from "../../ui/copyText.ts";
import { IconButton } from "../../ui/IconButton.tsx";
import { useToast } from "../../ui/Toast.tsx";
import { timeFormat } from "../../ui/timeFormat.ts";
import styles from "./ChatView.module.css";
import { Composer } from "./composer/Composer.tsx";
import type { Composing, Outcome } from "./composer/Composing.ts";
import type { Mentionable } from "./composer/mentionLabels.ts";
import { DeleteDialog } from "./DeleteDialog.tsx";
import { AttachButton } from "./files/AttachButton.tsx";
import type { ChatFiles } from "./files/ChatFiles.ts";
import { UploadList } from "./files/UploadList.tsx";
import { useFileDrop } from "./files/useFileDrop.ts";
import { namesFor, type MessageActions } from "./message/MessageActions.ts";
import { MessageList } from "./message/MessageList.tsx";
import { MessageMenu, type OpenMenu } from "./message/MessageMenu.tsx";
import { inWords } from "./message/MessageText.tsx";
import { showMessage } from "./message/showMessage.ts";
import { PrivateNotice } from "./PrivateNotice.tsx";
import { TypingLine } from "./TypingLine.tsx";

export interface ChatViewProps {
  messages: readonly ChatMessage[];
  /** How many messages could not be read. */
  undecryptable: number;
  /** How many messages were numbered by their senders and never came. */
  missing: number;
  /** When messages were sent that the server lost. */
  lost: readonly LostInterval[];
  /** With whom the conversation is; null for the one of everybody. */
  peer: string | null;
  /** Names of those who are writing now. */
  typists: readonly string[];
  /** Whether one may write here; `gone`: the peer has left. */
  writing: "allowed" | "locked" | "gone";
  files: ChatFiles;
  encrypted: boolean;
  /** Stands above the messages; empty for nothing. */
  welcome: string;
  /** Who we are, for messages that mention us. */
  selfId: string;
  /** Whom one can mention. */
  people: readonly Mentionable[];
  /** What somebody is called, also when nobody knows. Always the same function. */
  nameOf: (participantId: string) => string;
  /** Says how long this browser keeps the chat. */
  kept: ReactNode;
  /** Whom one could tell what was written before. */
  offer: ReactNode;
  onOpenSearch: () => void;
  onSend: (text: string, replyTo: string | null) => Promise<Outcome>;
  onEdit: (id: string, text: string) => Promise<Outcome>;
  onDelete: (id: string) => Promise<Outcome>;
  /** What is being written changed. */
  onWrite?: (text: string) => void;
  onRetry: (id: string) => void;
}

const nothingElse: Composing = { kind: "new" };

/** Messages above, what is being written below. */
export function ChatView(props: ChatViewProps) {
  const { messages, undecryptable, missing, peer, typists, writing, files, encrypted, nameOf, selfId } = props;
  const { t, i18n } = useTranslation("chat");
  const showToast = useToast();
  const ref = useRef<HTMLDivElement>(null);
  const [composing, setComposing] = useState<Composing>(nothingElse);
  const [menu, setMenu] = useState<OpenMenu | null>(null);
  const [deleting, setDeleting] = useState<ChatMessage | null>(null);
  const mayWrite = writing === "allowed";
  const mayAttach = mayWrite && files.maySend;
  const isDropping = useFileDrop(ref, mayAttach, files.onSend);

  const onJump = useCallback((id: string) => showMessage(ref.current, id), []);
  const { download } = files;
  const { onRetry } = props;
  const latest = useRef({ download, onRetry });
  useLayoutEffect(() => {
    latest.current = { download, onRetry };
  });
  const actions = useMemo(
    (): MessageActions => ({
      selfId,
      nameOf,
      download: (file, options) => latest.current.download(file, options),
      onRetry: (id) => latest.current.onRetry(id),
      onJump,
      onOpenMenu: (message, button) => setMenu({ message, button }),
    }),
    [selfId, nameOf, onJump],
  );

  const submit = (text: string) => {
    if (composing.kind === "edit") return props.onEdit(composing.message.id, text);
    return props.onSend(text, composing.kind === "reply" ? composing.message.id : null);
  };
  const editLast = () => {
    const message = messages.findLast(isEditable);
    if (message) setComposing({ kind: "edit", message });
  };
  const takeBack = async () => {
    const message = deleting;
    setDeleting(null);
    if (message && (await props.onDelete(message.id)) !== "done")
      showToast({ tone: "danger", text: t("delete.failed") });
  };
  const copy = async (message: ChatMessage) => {
    if (await copyText(inWords(message.text, { nameOf: namesFor(message, nameOf) })))
      showToast({ text: t("menu.copied") });
  };
  return (
    <div ref={ref} className={styles.chat}>
      <div className={styles.top}>
        <div className={styles.kept}>{props.kept}</div>
        <IconButton label={t("search.open")} placement="left" onPress={props.onOpenSearch}>
          <Search aria-hidden="true" />
        </IconButton>
      </div>
      {peer !== null && <PrivateNotice peer={peer} encrypted={encrypted} />}
      <MessageList
        messages={messages}
        {...(peer !== null && { peer })}
        encrypted={encrypted}
        welcome={props.welcome}
        actions={actions}
      />
      <MessageMenu
        open={menu}
        onClose={() => setMenu(null)}
        onReply={mayWrite ? (message) => setComposing({ kind: "reply", message }) : undefined}
        onEdit={mayWrite ? (message) => setComposing({ kind: "edit", message }) : undefined}
        onDelete={mayWrite ? setDeleting : undefined}
        onCopy={(message) => void copy(message)}
      />
      <div role="status">
        {undecryptable > 0 && <ChatNotice>{t("undecryptable", { count: undecryptable })}</ChatNotice>}
        {missing > 0 && <ChatNotice>{t("missing", { count: missing })}</ChatNotice>}
        {props.lost.map((interval) => (
          <ChatNotice key={interval.until}>{lostWords(t, i18n.language, interval)}</ChatNotice>
        ))}
      </div>
      {props.offer}
      {peer === null && <TypingLine names={typists} />}
      <UploadList {...files} />
      {mayWrite ? (
        <Composer
          label={peer === null ? t("write") : t("writePrivately", { name: peer })}
          composing={composing}
          people={props.people}
          nameOf={nameOf}
          onSubmit={submit}
          onWrite={props.onWrite}
          onEnd={() => setComposing(nothingElse)}
          onEditLast={editLast}
          onPasteFiles={mayAttach ? files.onSend : undefined}
          attach={mayAttach && <AttachButton onFiles={files.onSend} />}
        />
      ) : (
        <p className={styles.readOnly}>{whyReadOnly(t, writing, peer)}</p>
      )}
      {isDropping && (
        <div className={styles.drop}>
          <FileUp aria-hidden="true" />
          {t("file.drop")}
        </div>
      )}
      <DeleteDialog
        isOpen={deleting !== null}
        encrypted={encrypted}
        onCancel={() => setDeleting(null)}
        onConfirm={() => void takeBack()}
      />
    </div>
  );
}

function isEditable({ isLocal, state, isDeleted, file, retoldBy }: ChatMessage): boolean {
  return isLocal && state === "sent" && !isDeleted && !file && !retoldBy;
}

function lostWords(t: TFunction<"chat">, language: string, interval: LostInterval): string {
  const format = timeFormat(language, { timeStyle: "short" });
  const [since, until] = [format.format(interval.since), format.format(interval.until)];
  return since === until ? t("lostAround", { until }) : t("lost", { since, until });
}

function whyReadOnly(t: TFunction<"chat">, writing: "locked" | "gone", peer: string | null): string {
  if (peer === null) return t("readOnly");
  return writing === "gone" ? t("gone", { name: peer }) : t("privateLocked");
}

function ChatNotice({ children }: { children: string }) {
  return (
    <p className={styles.notice}>
      <ShieldAlert aria-hidden="true" />
      <span>{children}</span>
    </p>
  );
}
