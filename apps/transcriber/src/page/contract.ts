import type { JoinCredential } from "@sotto/client";
import type { CaptionsBody } from "@sotto/protocol";

/**
 * What the page tells the process, as functions that the process puts into the page.
 *
 * - `sottoHeard`: somebody who agreed speaks; PCM in base64.
 * - `sottoPaused`: they stopped; `gone`: and are not heard any more, because they left or took their agreement back.
 * - `sottoEnded`: the page is out of the meeting.
 */
export interface ProcessSide {
  sottoHeard(participantId: string, pcm: string, level: number): Promise<void>;
  sottoPaused(participantId: string, gone: boolean): Promise<void>;
  sottoEnded(reason: string): Promise<void>;
}

/** What the process has the page do. */
export interface PageSide {
  join(credential: JoinCredential): Promise<void>;
  /** Tells everybody in the meeting, and the transcript where the room keeps one. */
  tell(captions: CaptionsBody["captions"]): Promise<void>;
  leave(): Promise<void>;
}
