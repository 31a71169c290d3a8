import { av1Layout } from "./av1Layout.ts";
import type { FrameLayout } from "./FrameLayout.ts";
import { h264Layout } from "./h264Layout.ts";
import { opaqueLayout, vp8Layout } from "./prefixLayout.ts";

/** A codec whose frames can be sealed. Anything else (H.265, RED, ...) is dropped. */
export type MediaCodec = "opus" | "vp8" | "vp9" | "h264" | "av1";

interface CodecFacts {
  kind: "audio" | "video";
  /** Stands for the codec in the authenticated data of a frame. */
  number: number;
  layout: FrameLayout;
}

export const mediaCodecs: Record<MediaCodec, CodecFacts> = {
  opus: { kind: "audio", number: 1, layout: opaqueLayout },
  vp8: { kind: "video", number: 2, layout: vp8Layout },
  vp9: { kind: "video", number: 3, layout: opaqueLayout },
  h264: { kind: "video", number: 4, layout: h264Layout },
  av1: { kind: "video", number: 5, layout: av1Layout },
};

/** The codec a MIME type such as `video/VP8` names; null for one that cannot be sealed. */
export function codecOfMimeType(mimeType: string): MediaCodec | null {
  const [kind, name = ""] = mimeType.toLowerCase().split("/");
  const codec = Object.hasOwn(mediaCodecs, name) ? (name as MediaCodec) : null;
  return codec && mediaCodecs[codec].kind === kind ? codec : null;
}
