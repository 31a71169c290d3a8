import type { ChatFile } from "@sotto/protocol";
import { useEffect, useEffectEvent, useState } from "react";
import { Button } from "react-aria-components";
import { useTranslation } from "react-i18next";
import styles from "./ImagePreview.module.css";
import { imageInfo } from "./imageInfo.ts";
import type { DownloadState } from "./useDownload.ts";

/** Types that are worth fetching to look at; what is shown is decided by the bytes. Never SVG, which holds script. */
const previewTypes = ["image/png", "image/jpeg", "image/gif", "image/webp"];
const largestPreviewBytes = 8 * 1024 * 1024;
/** Fetched without being asked. */
const largestUnaskedBytes = 2 * 1024 * 1024;
/** Decoded, four bytes each: more could take the page down. */
const mostPixels = 40_000_000;

export function mayPreview({ type, length }: ChatFile): boolean {
  return previewTypes.includes(type) && length <= largestPreviewBytes;
}

interface ImagePreviewProps {
  file: ChatFile;
  name: string;
  state: DownloadState;
  onLoad: () => void;
}

/** The picture of a file that arrived whole and verified; a large one only when somebody asks for it. */
export function ImagePreview({ file, name, state, onLoad }: ImagePreviewProps) {
  const { t } = useTranslation("chat");
  const url = useImageUrl(state.name === "ready" ? state.blob : null);
  const isUnasked = file.length <= largestUnaskedBytes;
  const load = useEffectEvent(onLoad);
  useEffect(() => {
    if (isUnasked) load();
  }, [isUnasked]);

  if (url !== null) return <img className={styles.image} src={url} alt={t("file.image", { name })} />;
  if (isUnasked || state.name !== "idle") return null;
  return (
    <Button className={styles.show ?? ""} onPress={onLoad}>
      {t("file.show")}
    </Button>
  );
}

/** A URL of the picture, under the type that its bytes say; null for what is no picture, or too large a one. */
function useImageUrl(blob: Blob | null): string | null {
  const [url, setUrl] = useState<string | null>(null);
  useEffect(() => {
    if (blob === null) return undefined;
    let made: string | null = null;
    let isOver = false;
    void blob.arrayBuffer().then((buffer) => {
      const info = imageInfo(new Uint8Array(buffer));
      if (isOver || info === null || info.width * info.height > mostPixels) return;
      made = URL.createObjectURL(new Blob([buffer], { type: info.type }));
      setUrl(made);
    });
    return () => {
      isOver = true;
      setUrl(null);
      if (made !== null) URL.revokeObjectURL(made);
    };
  }, [blob]);
  return url;
}
