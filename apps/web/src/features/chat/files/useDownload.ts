import { SottoError } from "@sotto/client";
import type { ChatFile } from "@sotto/protocol";
import { useEffect, useRef, useState } from "react";
import type { ChatFiles } from "./ChatFiles.ts";

export type DownloadState =
  | { name: "idle" }
  | { name: "loading"; progress: number }
  | { name: "ready"; blob: Blob }
  | { name: "failed"; code: SottoError["code"] };

/** Fetches a file once and keeps it; ends with the component. */
export function useDownload(file: ChatFile, download: ChatFiles["download"]) {
  const [state, setState] = useState<DownloadState>({ name: "idle" });
  const abort = useRef<AbortController | null>(null);
  useEffect(() => () => abort.current?.abort(), []);

  /** The file, or null when that was cancelled or failed. */
  const load = async (): Promise<Blob | null> => {
    if (state.name === "ready") return state.blob;
    const controller = new AbortController();
    abort.current = controller;
    setState({ name: "loading", progress: 0 });
    const { signal } = controller;
    try {
      const blob = await download(file, { signal, onProgress: (progress) => setState({ name: "loading", progress }) });
      signal.throwIfAborted();
      setState({ name: "ready", blob });
      return blob;
    } catch (error) {
      setState(signal.aborted ? { name: "idle" } : { name: "failed", code: SottoError.from(error).code });
      return null;
    }
  };
  return { state, load, cancel: () => abort.current?.abort() };
}
