import { randomUUID } from "node:crypto";
import type { TranscriptLine } from "@sotto/protocol";
import { roomName, roomOwner } from "../clients/roomScope.ts";
import type { Artifacts } from "./Artifacts.ts";
import { transcriptCues, transcriptHeader } from "./transcriptCues.ts";

/** A line with the name of who said it. */
export interface NamedLine extends Omit<TranscriptLine, "participantId"> {
  name: string;
}

/** What was said in sessions whose rooms asked for a transcript: one WebVTT document each, which only ever grows. */
export class Transcripts {
  readonly #artifacts: Artifacts;

  constructor(artifacts: Artifacts) {
    this.#artifacts = artifacts;
  }

  async append(
    { roomId, sessionId }: { roomId: string; sessionId: string },
    lines: readonly NamedLine[],
  ): Promise<void> {
    const cues = transcriptCues(lines);
    const begun = {
      artifactId: randomUUID(),
      owner: roomOwner(roomId),
      roomId: roomName(roomId),
      sessionId,
      type: "TRANSCRIPT",
      created: new Date(),
      metadata: { final: true },
      content: transcriptHeader + cues,
    } as const;
    await this.#artifacts.append(begun, cues);
  }

  async isKept(sessionId: string): Promise<boolean> {
    return (await this.#artifacts.ofSession(sessionId, "TRANSCRIPT")) !== null;
  }

  /** Deletes it. `false` where there was none. */
  async discard(sessionId: string): Promise<boolean> {
    const artifact = await this.#artifacts.ofSession(sessionId, "TRANSCRIPT");
    return artifact !== null && this.#artifacts.delete(artifact.owner, artifact.artifactId);
  }
}
