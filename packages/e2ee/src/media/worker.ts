/**
 * Entry of the media worker, `@sotto/e2ee/worker`. The app makes it with
 * `new Worker(new URL("@sotto/e2ee/worker", import.meta.url), { type: "module" })`, one per joined meeting, and gives
 * it to {@link MediaEncryptionManager}.
 */
import { MediaWorker } from "./MediaWorker.ts";
import type { FromWorker, ToWorker, TransformOptions } from "./workerMessages.ts";

/** What is used of DedicatedWorkerGlobalScope; its types cannot stand beside those of the page. */
interface WorkerScope {
  postMessage(message: FromWorker): void;
  onmessage: ((event: MessageEvent<ToWorker>) => void) | null;
  onrtctransform: ((event: RtcTransformEvent) => void) | null;
}

/** RTCTransformEvent of W3C WebRTC Encoded Transform. */
interface RtcTransformEvent {
  transformer: { readable: ReadableStream; writable: WritableStream; options: TransformOptions };
}

const scope = globalThis as unknown as WorkerScope;
const worker = new MediaWorker((message) => scope.postMessage(message));

scope.onmessage = ({ data }) => worker.handle(data);
scope.onrtctransform = ({ transformer }) => {
  const { options, readable, writable } = transformer;
  worker.handle({ kind: "transform", options, readable, writable });
};
