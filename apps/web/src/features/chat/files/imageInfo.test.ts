import { expect, it } from "vitest";
import { imageInfo } from "./imageInfo.ts";

const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex.replaceAll(" ", ""), "hex"));

it.each([
  ["PNG", "89504e470d0a1a0a 0000000d 49484452 00000140 000000f0 08060000", "image/png", 320, 240],
  ["GIF", "474946383961 4001 f000 00", "image/gif", 320, 240],
  ["JPEG", "ffd8 ffe0 0004 0000 ffc2 0011 08 00f0 0140 03", "image/jpeg", 320, 240],
  ["lossy WebP", "52494646 00000000 57454250 56503820 00000000 000000 9d012a 4001 f000", "image/webp", 320, 240],
  ["lossless WebP", "52494646 00000000 57454250 5650384c 00000000 2f 3fc13b00 00", "image/webp", 320, 240],
  ["extended WebP", "52494646 00000000 57454250 56503858 0a000000 00000000 3f0100 ef0000", "image/webp", 320, 240],
])("%s says what it is and how large", (_, hex, type, width, height) => {
  expect(imageInfo(bytes(hex))).toEqual({ type, width, height });
  for (let length = 0; length < 10; length++) expect(imageInfo(bytes(hex).subarray(0, length))).toBeNull();
});

it.each(["", "<svg xmlns='http://www.w3.org/2000/svg'/>", "<html>", "BM......", "GIF89", "RIFF....WEBPxxxx"])(
  "%j is none",
  (text) => {
    expect(imageInfo(new TextEncoder().encode(text))).toBeNull();
  },
);
