import { E2eeError } from "../E2eeError.ts";
import type { FrameStreams, TransformOptions } from "./workerMessages.ts";

/** The encoded streams API that came before encoded transforms. Only Chromium has it. */
interface EncodedStreamsOwner {
  createEncodedStreams(): FrameStreams;
}

/**
 * How this browser lets us at encoded frames, or null when it does not, or cannot be trusted to.
 *
 * Chromium: by `createEncodedStreams`, and by nothing else. Where that exists, LiveKit makes its connections with
 * `encodedInsertableStreams: true`, and then Chromium neither sends nor renders a frame of a sender or receiver until
 * its streams were taken, however late that is (tried with 156). Without the flag its `RTCRtpScriptTransform` fails
 * open: of receivers that were negotiated before their media came, as LiveKit does it, all frames go around the
 * transform to the decoder (tried with 156: a transform that drops everything, 57 of 57 frames decoded).
 *
 * Other browsers: by `RTCRtpScriptTransform`. There it matters most that a track stays covered and silent until its
 * state is `ok`, which proves that its frames come through the worker.
 */
function frameAccess(): "streams" | "transform" | null {
  if (typeof RTCRtpSender === "undefined") return null;
  if ("createEncodedStreams" in RTCRtpSender.prototype) return "streams";
  const isChromium = "userAgentData" in navigator;
  return typeof RTCRtpScriptTransform === "undefined" || isChromium ? null : "transform";
}

/** Whether media can be encrypted in this browser. */
export function canTransformFrames(): boolean {
  return frameAccess() !== null;
}

/**
 * Leads all frames of a sender or receiver through the worker, from now on until it is gone. Works once per sender or
 * receiver.
 *
 * @throws {E2eeError} `encryption_unsupported`
 */
export function attachTransform(
  target: RTCRtpSender | RTCRtpReceiver,
  worker: Worker,
  options: TransformOptions,
): void {
  const access = frameAccess();
  if (access === null) throw E2eeError.encryptionUnsupported("this browser does not let us at encoded frames");
  if (access === "transform") {
    target.transform = new RTCRtpScriptTransform(worker, options);
    return;
  }
  const { readable, writable } = (target as unknown as EncodedStreamsOwner).createEncodedStreams();
  worker.postMessage({ kind: "transform", options, readable, writable }, [readable, writable]);
}
