import type { ChatMessage } from "@sotto/client";
import type { TFunction } from "i18next";
import { FileUp, ShieldAlert } from "lucide-react";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import styles from "./ChatView.module.css";
import { Composer } from "./Composer.tsx";
import { AttachButton } from "./files/AttachButton.tsx";
import type { ChatFiles } from "./files/ChatFiles.ts";
import { UploadList } from "./files/UploadList.tsx";
import { useFileDrop } from "./files/useFileDrop.ts";
import { MessageList } from "./MessageList.tsx";
import { PrivateNotice } from "./PrivateNotice.tsx";
import { TypingLine } from "./TypingLine.tsx";

export interface ChatViewProps {
  messages: readonly ChatMessage[];
  /** How many messages could not be read. */
  undecryptable: number;
  /** How many messages were numbered by their senders and never came. */
  missing: number;
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
  onSend: (text: string) => void;
  /** What is being written changed. */
  onWrite?: (text: string) => void;
  onRetry: (id: string) => void;
}

/** Messages above, what is being written below. */
export function ChatView({
  messages,
  undecryptable,
  missing,
  peer,
  typists,
  writing,
  files,
  encrypted,
  welcome,
  onSend,
  onWrite,
  onRetry,
}: ChatViewProps) {
  const { t } = useTranslation("chat");
  const ref = useRef<HTMLDivElement>(null);
  const mayAttach = writing === "allowed" && files.maySend;
  const isDropping = useFileDrop(ref, mayAttach, files.onSend);
  return (
    <div ref={ref} className={styles.chat}>
      {peer !== null && <PrivateNotice peer={peer} encrypted={encrypted} />}
      <MessageList
        messages={messages}
        {...(peer !== null && { peer })}
        encrypted={encrypted}
        welcome={welcome}
        download={files.download}
        onRetry={onRetry}
      />
      <div role="status">
        {undecryptable > 0 && <ChatNotice>{t("undecryptable", { count: undecryptable })}</ChatNotice>}
        {missing > 0 && <ChatNotice>{t("missing", { count: missing })}</ChatNotice>}
      </div>
      {peer === null && <TypingLine names={typists} />}
      <UploadList {...files} />
      {writing === "allowed" ? (
        <Composer
          label={peer === null ? t("write") : t("writePrivately", { name: peer })}
          onSend={onSend}
          onWrite={onWrite}
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
    </div>
  );
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
