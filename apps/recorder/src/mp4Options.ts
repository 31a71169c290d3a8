/** What Chromium encoded the picture with, as the beginning of its Matroska says. */
export type RecordedCodec = "h264" | "vp8";

/** Of a recording's first chunk, which holds the description of its tracks. */
export function recordedCodec(firstChunk: Uint8Array): RecordedCodec {
  return Buffer.from(firstChunk).subarray(0, 4_096).includes("V_MPEG4/ISO/AVC") ? "h264" : "vp8";
}

/**
 * ffmpeg's options for an MP4 that plays everywhere. H.264 is copied as it is; sound becomes AAC, which costs little. What a
 * Chromium without H.264 recorded has to be encoded anew.
 */
export function mp4Options(codec: RecordedCodec): string[] {
  const picture =
    codec === "h264"
      ? ["-c:v", "copy"]
      : ["-c:v", "libx264", "-preset", "veryfast", "-crf", "24", "-pix_fmt", "yuv420p", "-fps_mode", "vfr"];
  return [...picture, "-c:a", "aac", "-b:a", "128k", "-f", "mp4"];
}
