import type { ChatStore, MeetingFiles } from "@sotto/client";
import { useTranslation } from "react-i18next";
import { useToast } from "../../../ui/Toast.tsx";
import { useStore } from "../../../ui/useStore.ts";
import type { ChatFiles } from "./ChatFiles.ts";
import { formatBytes } from "../../../ui/formatBytes.ts";

/** Files of one conversation. What cannot be sent is said at once, and the rest is sent. */
export function useChatFiles(files: MeetingFiles, chat: ChatStore): ChatFiles {
  const { t, i18n } = useTranslation("chat");
  const showToast = useToast();
  const uploads = useStore(files.uploads).filter((upload) => upload.chat === chat);
  const { maxFileBytes, extensions } = files.limits;
  const send = (file: File) => {
    const refusal = files.refusalOf(file);
    if (refusal === null) return files.send(chat, file);
    const max = formatBytes(maxFileBytes, i18n.language);
    const text =
      refusal === "too_large"
        ? t("file.tooLarge", { name: file.name, max })
        : t("file.typeNotAllowed", { name: file.name, types: extensions.join(", ") });
    return showToast({ tone: "danger", text });
  };
  return {
    maySend: files.maySend,
    uploads,
    onSend: (chosen) => {
      for (const file of chosen) send(file);
    },
    onCancel: (id) => files.cancel(id),
    onRetry: (id) => files.retry(id),
    download: (file, options) => files.download(file, options),
  };
}
