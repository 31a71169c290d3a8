import { receiptMimeType, transcriptMimeType, type ArtifactInfo } from "@sotto/protocol";
import type { Artifact } from "./Artifacts.ts";

/** What a downloaded artifact is called. Session ids and room ids hold no character that means anything in a path. */
export function artifactFileName({ type, sessionId }: Artifact): string {
  return type === "TRANSCRIPT" ? `sotto-transcript-${sessionId}.vtt` : `sotto-receipt-${sessionId}.json`;
}

/** What integrators are told about an artifact's file. */
export function artifactMetadata(artifact: Artifact): ArtifactInfo["metadata"] {
  return {
    file_info: {
      file_path: artifactFileName(artifact),
      file_size: String(Buffer.byteLength(artifact.content)),
      mime_type: artifact.type === "TRANSCRIPT" ? transcriptMimeType : receiptMimeType,
    },
  };
}
