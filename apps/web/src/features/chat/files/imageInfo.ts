/** A raster image, as its first bytes say, whatever the sender called it. */
export interface ImageInfo {
  type: "image/png" | "image/jpeg" | "image/gif" | "image/webp";
  width: number;
  height: number;
}

/**
 * Recognizes PNG, JPEG, GIF and WebP: nothing that can hold script (no SVG), and nothing else. Null for everything that
 * is not plainly one of these.
 */
export function imageInfo(bytes: Uint8Array): ImageInfo | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const at = (offset: number, text: string) =>
    offset + text.length <= bytes.length &&
    Array.from(text).every((char, index) => bytes[offset + index] === char.charCodeAt(0));
  try {
    if (at(0, "\u0089PNG\r\n\u001a\n") && at(12, "IHDR")) {
      return { type: "image/png", width: view.getUint32(16), height: view.getUint32(20) };
    }
    if (at(0, "GIF87a") || at(0, "GIF89a")) {
      return { type: "image/gif", width: view.getUint16(6, true), height: view.getUint16(8, true) };
    }
    if (at(0, "RIFF") && at(8, "WEBP")) return webp(view, at);
    if (at(0, "\u00ff\u00d8\u00ff")) return jpeg(view);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error; // it ends before it says how large it is
  }
  return null;
}

function webp(view: DataView, at: (offset: number, text: string) => boolean): ImageInfo | null {
  const type = "image/webp";
  if (at(12, "VP8 "))
    return { type, width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
  if (at(12, "VP8L")) {
    const bits = view.getUint32(21, true);
    return { type, width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
  }
  if (!at(12, "VP8X")) return null;
  const u24 = (offset: number) => view.getUint16(offset, true) + view.getUint8(offset + 2) * 0x10000;
  return { type, width: u24(24) + 1, height: u24(27) + 1 };
}

/** The size stands in the start-of-frame segment, whose marker is C0 to CF without C4, C8 and CC. */
function jpeg(view: DataView): ImageInfo | null {
  for (let offset = 2; view.getUint8(offset) === 0xff;) {
    const marker = view.getUint8(offset + 1);
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) {
      return { type: "image/jpeg", height: view.getUint16(offset + 5), width: view.getUint16(offset + 7) };
    }
    offset += marker === 0xff ? 1 : 2 + view.getUint16(offset + 2);
  }
  return null;
}
