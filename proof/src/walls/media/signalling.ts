import type { Said } from "./RawSignal.ts";

/** One request over the signalling of somebody who may use the microphone and nothing else. */
export interface Request {
  name: string;
  request: object;
}

const track = (name: string, source: string, type: string): Request => ({
  name,
  request: { addTrack: { cid: name.replaceAll(/\W/g, ""), name, source, type } },
});

/** livekit-server refuses each of these. */
export const forbiddenRequests: readonly Request[] = [
  track("a locked camera", "CAMERA", "VIDEO"),
  track("a locked screen", "SCREEN_SHARE", "VIDEO"),
  track("a locked screen's sound", "SCREEN_SHARE_AUDIO", "AUDIO"),
  track("a picture of no source", "UNKNOWN", "VIDEO"),
  track("sound of no source", "UNKNOWN", "AUDIO"),
  track("sound as a camera", "CAMERA", "AUDIO"),
  track("sound as a screen", "SCREEN_SHARE", "AUDIO"),
  track("data as a microphone", "MICROPHONE", "DATA"),
  {
    name: "a camera with layers",
    request: {
      addTrack: {
        cid: "layers",
        source: "CAMERA",
        type: "VIDEO",
        width: 1280,
        height: 720,
        layers: [{ quality: "HIGH" }],
      },
    },
  },
  {
    name: "a camera with another codec",
    request: {
      addTrack: { cid: "codec", source: "CAMERA", type: "VIDEO", simulcastCodecs: [{ codec: "vp9", cid: "codec" }] },
    },
  },
  {
    name: "a camera in a stream with the microphone",
    request: { addTrack: { cid: "stream", source: "CAMERA", type: "VIDEO", stream: "microphone" } },
  },
  {
    name: "a camera that says it is encrypted",
    request: { addTrack: { cid: "sealed", source: "CAMERA", type: "VIDEO", encryption: "GCM" } },
  },
  { name: "another name", request: { updateMetadata: { name: "the host" } } },
  { name: "metadata", request: { updateMetadata: { metadata: "{}" } } },
  { name: "attributes", request: { updateMetadata: { attributes: { role: "host" } } } },
  {
    name: "name, metadata and attributes",
    request: { updateMetadata: { name: "x", metadata: "x", attributes: { x: "x" } } },
  },
  { name: "a data track", request: { publishDataTrackRequest: { pubHandle: 1, name: "x" } } },
  {
    name: "a data track that says it is encrypted",
    request: { publishDataTrackRequest: { pubHandle: 2, name: "y", encryption: "GCM" } },
  },
  {
    name: "a blob of data",
    request: { storeDataBlobRequest: { requestId: 1, blob: { key: { generic: "x" }, contents: "eA==" } } },
  },
];

/** Whether livekit-server did what was asked. */
export function isGranted({
  trackPublished,
  publishDataTrackResponse,
  storeDataBlobResponse,
  requestResponse,
}: Said): boolean {
  const isOk = requestResponse !== undefined && (requestResponse.reason ?? "OK") === "OK";
  return (
    trackPublished !== undefined ||
    publishDataTrackResponse !== undefined ||
    storeDataBlobResponse !== undefined ||
    isOk
  );
}

/** Whether it said anything to it at all. */
export function isAnswer(said: Said): boolean {
  return isGranted(said) || said.requestResponse !== undefined;
}
