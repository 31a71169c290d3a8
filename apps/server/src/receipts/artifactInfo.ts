import { analyticsMimeType, artifactType, receiptMimeType, type ArtifactInfo } from "@sotto/protocol";
import type { ArtifactType } from "../platform/db/schema.ts";
import type { Artifact } from "./Artifacts.ts";

const kinds: Record<ArtifactType, { name: string; mimeType: string }> = {
  DATA_RECEIPT: { name: "receipt", mimeType: receiptMimeType },
  ANALYTICS: { name: "analytics", mimeType: analyticsMimeType },
};

/** An artifact as the management API and webhooks tell of it. */
export function artifactInfo(artifact: Artifact): ArtifactInfo {
  const { artifactId, roomId, created, content } = artifact;
  return {
    artifact_id: artifactId,
    room_id: roomId,
    type: artifactType,
    created: created.toISOString(),
    metadata: {
      file_info: {
        file_path: artifactFileName(artifact),
        file_size: String(Buffer.byteLength(content)),
        mime_type: kinds[artifact.type].mimeType,
      },
    },
  };
}

/** What a downloaded artifact is called. Session ids and room ids hold no character that means anything in a path. */
export function artifactFileName({ type, sessionId }: Artifact): string {
  return `sotto-${kinds[type].name}-${sessionId}.json`;
}
