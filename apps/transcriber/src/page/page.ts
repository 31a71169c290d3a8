import { Meeting, type JoinCredential } from "@sotto/client";
import { Listeners } from "./Listeners.ts";
import type { PageSide, ProcessSide } from "./contract.ts";

declare global {
  // `var` is how a global is declared.
  var transcriber: PageSide;
}

const processSide = globalThis as unknown as ProcessSide;
let meeting: Meeting | null = null;

/** A member of the meeting that listens to whoever agreed: keys and sound are here, recognisers in the process. */
globalThis.transcriber = {
  async join(credential: JoinCredential) {
    const joined = await Meeting.join({
      origin: location.origin,
      credential,
      media: {
        microphone: false,
        camera: false,
        receive: ["microphone"],
        createWorker: () => new Worker(new URL("@sotto/e2ee/worker", import.meta.url), { type: "module" }),
      },
    });
    meeting = joined;
    const listeners = await Listeners.open(joined, processSide);
    joined.connection.subscribe(() => {
      const state = joined.connection.get();
      if (state.status !== "ended") return;
      listeners.dispose();
      void processSide.sottoEnded(state.reason);
    });
  },

  async tell(captions) {
    await meeting?.captionChannel.send(captions);
    if (meeting?.standing.get().permissions.rpc.includes("transcript") !== true) return;
    const lines = captions.flatMap(({ participantId, text, isFinal, startMs, endMs }) =>
      isFinal ? [{ participantId, text, startMs, endMs: endMs ?? startMs }] : [],
    );
    if (lines.length > 0) await meeting.captionChannel.keep(lines);
  },

  async leave() {
    await meeting?.leave();
  },
};
