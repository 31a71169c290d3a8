import { analyticsMimeType, receiptMimeType, transcriptMimeType, type ArtifactInfo } from "@sotto/protocol";
import type { ArtifactType } from "../platform/db/schema.ts";
import type { Artifact } from "./Artifacts.ts";

const kinds: Record<ArtifactType, { name: string; extension: string; mimeType: string }> = {
  DATA_RECEIPT: { name: "receipt", extension: "json", mimeType: receiptMimeType },
  TRANSCRIPT: { name: "transcript", extension: "vtt", mimeType: transcriptMimeType },
  ANALYTICS: { name: "analytics", extension: "json", mimeType: analyticsMimeType },
};

/** What a downloaded artifact is called. Session ids and room ids hold no character that means anything in a path. */
export function artifactFileName({ type, sessionId }: Artifact): string {
  const { name, extension } = kinds[type];
  return `sotto-${name}-${sessionId}.${extension}`;
}

/** What integrators are told about an artifact's file. */
export function artifactMetadata(artifact: Artifact): ArtifactInfo["metadata"] {
  return {
    file_info: {
      file_path: artifactFileName(artifact),
      file_size: String(Buffer.byteLength(artifact.content)),
      mime_type: kinds[artifact.type].mimeType,
    },
  };
}
