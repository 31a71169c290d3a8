import { E2eeError } from "../E2eeError.ts";
import type { TransformOptions } from "./workerMessages.ts";

/** The encoded streams API that came before encoded transforms. Only Chromium has it. */
interface EncodedStreamsOwner {
  createEncodedStreams(): { readable: ReadableStream; writable: WritableStream };
}

function hasEncodedStreams(target: object): target is EncodedStreamsOwner {
  return "createEncodedStreams" in target;
}

/** Whether this browser lets us at encoded frames. Same order of preference as {@link attachTransform}. */
export function canTransformFrames(): boolean {
  const sender = typeof RTCRtpSender === "undefined" ? null : RTCRtpSender.prototype;
  return (sender !== null && hasEncodedStreams(sender)) || typeof RTCRtpScriptTransform !== "undefined";
}

/**
 * Leads all frames of a sender or receiver through the worker, from now on until it is gone. Works once per sender or
 * receiver.
 *
 * Where `createEncodedStreams` exists, LiveKit makes its connections with `encodedInsertableStreams: true`. Chromium
 * then neither sends nor renders a frame of a sender or receiver before this was called, however late (tried with 156:
 * nobody calls it, no packet leaves). `RTCRtpScriptTransform` works there too, but without that flag frames pass by a
 * transform that comes a task too late, so Chromium keeps the older interface until both guarantees come together.
 *
 * @throws {E2eeError} `encryption_unsupported`
 */
export function attachTransform(
  target: RTCRtpSender | RTCRtpReceiver,
  worker: Worker,
  options: TransformOptions,
): void {
  try {
    if (hasEncodedStreams(target)) {
      const { readable, writable } = target.createEncodedStreams();
      worker.postMessage({ kind: "transform", options, readable, writable }, [readable, writable]);
    } else {
      target.transform = new RTCRtpScriptTransform(worker, options);
    }
  } catch (error) {
    throw E2eeError.encryptionUnsupported("cannot get at encoded frames", error);
  }
}
