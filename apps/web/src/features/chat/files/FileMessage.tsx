import { safeFileName } from "@sotto/client";
import type { ChatFile } from "@sotto/protocol";
import { Download, File as FileIcon, Image as ImageIcon, X } from "lucide-react";
import { useTranslation } from "react-i18next";
import { IconButton } from "../../../ui/IconButton.tsx";
import type { ChatFiles } from "./ChatFiles.ts";
import { fileError } from "./fileError.ts";
import styles from "./FileMessage.module.css";
import { formatBytes } from "../../../ui/formatBytes.ts";
import { ImagePreview, mayPreview } from "./ImagePreview.tsx";
import { ProgressLine } from "./ProgressLine.tsx";
import { saveBlob } from "../../../ui/saveBlob.ts";
import { useDownload } from "./useDownload.ts";

interface FileMessageProps {
  file: ChatFile;
  /** The message is in the meeting's order of messages, and the file can be fetched. */
  isSent: boolean;
  download: ChatFiles["download"];
}

/** A file in a message: what it is called and how large it is, a way to save it, and the picture if it is one. */
export function FileMessage({ file, isSent, download }: FileMessageProps) {
  const { t, i18n } = useTranslation("chat");
  const { state, load, cancel } = useDownload(file, download);
  const name = safeFileName(file.name);
  const isImage = mayPreview(file);
  const save = () => void load().then((blob) => blob && saveBlob(blob, name));
  return (
    <div className={styles.file} data-download={state.name}>
      {isImage && isSent && <ImagePreview file={file} name={name} state={state} onLoad={() => void load()} />}
      <div className={styles.row}>
        {isImage ? <ImageIcon aria-hidden="true" /> : <FileIcon aria-hidden="true" />}
        <p className={styles.words}>
          <span className={styles.name} dir="auto" title={name}>
            {name}
          </span>
          <span className={styles.size}>{formatBytes(file.length, i18n.language)}</span>
        </p>
        {state.name === "loading" ? (
          <IconButton label={t("file.cancelDownload", { name })} onPress={cancel}>
            <X aria-hidden="true" />
          </IconButton>
        ) : (
          <IconButton label={t("file.save", { name })} isDisabled={!isSent} onPress={save}>
            <Download aria-hidden="true" />
          </IconButton>
        )}
      </div>
      {state.name === "loading" && <ProgressLine label={t("file.downloading", { name })} progress={state.progress} />}
      {state.name === "failed" && (
        <p className={styles.error} role="status">
          {t(fileError(state.code))}
        </p>
      )}
    </div>
  );
}
