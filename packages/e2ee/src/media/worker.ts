/**
 * Entry of the media worker, `@sotto/e2ee/worker`. The app makes it with
 * `new Worker(new URL("@sotto/e2ee/worker", import.meta.url), { type: "module" })`, one per joined meeting, and gives
 * it to {@link MediaEncryptionManager}.
 */
import { MediaWorker } from "./MediaWorker.ts";
import type { FrameStreams, FromWorker, ToWorker, TransformOptions } from "./workerMessages.ts";

/** What is used of DedicatedWorkerGlobalScope; its types cannot stand beside those of the page. */
interface WorkerScope {
  postMessage(message: FromWorker): void;
  addEventListener(type: "message", listener: (event: MessageEvent<ToWorker>) => void): void;
  addEventListener(type: "rtctransform", listener: (event: RtcTransformEvent) => void): void;
}

/** RTCTransformEvent of W3C WebRTC Encoded Transform. */
interface RtcTransformEvent {
  transformer: { options: TransformOptions } & FrameStreams;
}

const scope = globalThis as unknown as WorkerScope;
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker's postMessage has none
const worker = new MediaWorker((message) => scope.postMessage(message));

scope.addEventListener("message", ({ data }) => worker.handle(data));
scope.addEventListener("rtctransform", ({ transformer }) => {
  const { options, readable, writable } = transformer;
  worker.handle({ kind: "transform", options, readable, writable });
});
