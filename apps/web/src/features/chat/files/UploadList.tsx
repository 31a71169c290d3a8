import { CircleAlert, Paperclip, X } from "lucide-react";
import { Button } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { IconButton } from "../../../ui/IconButton.tsx";
import type { ChatFiles } from "./ChatFiles.ts";
import { fileError } from "./fileError.ts";
import { formatBytes } from "../../../ui/formatBytes.ts";
import { ProgressLine } from "./ProgressLine.tsx";
import styles from "./UploadList.module.css";

type UploadListProps = Pick<ChatFiles, "uploads" | "onCancel" | "onRetry">;

/** Files on their way, each with a way to give it up, and to try again what failed. */
export function UploadList({ uploads, onCancel, onRetry }: UploadListProps) {
  const { t } = useTranslation("chat");
  if (uploads.length === 0) return null;
  return (
    <ul className={styles.list} aria-label={t("file.uploads")}>
      {uploads.map((upload) => (
        <Upload key={upload.id} upload={upload} onCancel={onCancel} onRetry={onRetry} />
      ))}
    </ul>
  );
}

function Upload({
  upload,
  onCancel,
  onRetry,
}: { upload: ChatFiles["uploads"][number] } & Omit<UploadListProps, "uploads">) {
  const { t, i18n } = useTranslation("chat");
  const { id, name, sizeBytes, state, progress, error } = upload;
  return (
    <li className={styles.upload} data-state={state}>
      <div className={styles.row}>
        {state === "failed" ? <CircleAlert aria-hidden="true" /> : <Paperclip aria-hidden="true" />}
        <span className={styles.name} dir="auto" title={name}>
          {name}
        </span>
        <span className={styles.size}>
          {state === "waiting" ? t("file.waiting") : formatBytes(sizeBytes, i18n.language)}
        </span>
        <IconButton label={t("file.cancelUpload", { name })} onPress={() => onCancel(id)}>
          <X aria-hidden="true" />
        </IconButton>
      </div>
      {state === "sending" && <ProgressLine label={t("file.uploading", { name })} progress={progress} />}
      <div role="status">
        {error !== null && (
          <p className={styles.error}>
            <span>{t(fileError(error))}</span>
            <Button className={styles.retry ?? ""} onPress={() => onRetry(id)}>
              {t("retry")}
            </Button>
          </p>
        )}
      </div>
    </li>
  );
}
