import type { DownloadOptions, FileUpload } from "@sotto/client";
import type { ChatFile } from "@sotto/protocol";

/** What a chat's view shows of files and lets people do with them. */
export interface ChatFiles {
  /** Whether this person may send some. */
  maySend: boolean;
  /** On their way into this conversation. */
  uploads: readonly FileUpload[];
  onSend: (files: readonly File[]) => void;
  onCancel: (id: string) => void;
  onRetry: (id: string) => void;
  /** Gives the file whole and verified, or fails with a `SottoError`. */
  download: (file: ChatFile, options: DownloadOptions) => Promise<Blob>;
}
