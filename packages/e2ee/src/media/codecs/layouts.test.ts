import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { concat, type Bytes } from "../../keys/encoding.ts";
import { hex, unhex } from "../../vectors/vectorFile.ts";
import { mediaCodecs, type MediaCodec } from "./MediaCodec.ts";

/** Real enough: the parts that layouts read are as encoders write them, the rest is filler. */
const sps = "6742c01fd9005005bb0110";
const pps = "68ce3c80";
const sei = "0605ffff80";
/** first_mb_in_slice 0, slice_type 7, pic_parameter_set_id 0: bits 1 0001000 1 */
const idr = "65888084000003000a";
const secondSlice = "65428084aabb";
const sequenceObu = "0a03123456";

const frames: Record<string, { codec: MediaCodec; frame: string; clear: string; decoded: string }> = {
  "Opus: nothing in clear": { codec: "opus", frame: "f8aabbcc", clear: "", decoded: "f8aabbcc" },
  "VP9: nothing in clear": { codec: "vp9", frame: "824983420013f0", clear: "", decoded: "824983420013f0" },
  "VP8 key frame: ten bytes in clear": {
    codec: "vp8",
    frame: "50b4019d012a80026801ccddeeff",
    clear: "50b4019d012a80026801",
    decoded: "50b4019d012a80026801ccddeeff",
  },
  "VP8 delta frame: one byte in clear": { codec: "vp8", frame: "b1aabbcc", clear: "b1", decoded: "b1aabbcc" },
  "H.264 key frame: parameter sets and the head of the first slice in clear": {
    codec: "h264",
    frame: `00000001${sps}000001${pps}000001${sei}00000001${idr}000001${secondSlice}`,
    clear: `00000001${sps}00000001${pps}00000001658880`,
    decoded: `00000001${sps}00000001${pps}00000001${sei}00000001${idr}00000001${secondSlice}`,
  },
  "H.264 delta frame": {
    codec: "h264",
    frame: "0000000141e88084aabbcc",
    clear: "0000000141e8",
    decoded: "0000000141e88084aabbcc",
  },
  "AV1 key frame: sequence header and one OBU header in clear": {
    codec: "av1",
    frame: `1200${sequenceObu}3203aabbcc`,
    clear: `${sequenceObu}32`,
    decoded: `${sequenceObu}3203aabbcc`,
  },
  "AV1 with layers and a last OBU without size": {
    codec: "av1",
    frame: "1200360802aabb340811ddee",
    clear: "3608",
    decoded: "360802aabb36080311ddee",
  },
  "AV1 frame header and tile group": {
    codec: "av1",
    frame: "1a02aabb2203ccddee",
    clear: "32",
    decoded: "1a02aabb2203ccddee",
  },
};

describe.each(Object.entries(frames))("%s", (_name, { codec, frame, clear, decoded }) => {
  const { layout } = mediaCodecs[codec];

  test("survives the way to the decoder", () => {
    const parts = layout.split(unhex(frame));
    expect(parts && hex(parts.clear)).toBe(clear);
    fc.assert(
      fc.property(sframes, (sframe) => {
        const arrived = layout.unwrap(layout.wrap(parts!.clear, sframe));
        expect(arrived?.clear).toEqual(parts!.clear);
        expect(arrived?.sframe).toEqual(sframe);
        expect(hex(concat(arrived!.lead, parts!.secret))).toBe(decoded);
      }),
    );
  });

  test("what is in clear on the wire is only what was meant to be", () => {
    const parts = layout.split(unhex(frame))!;
    expect(parts.secret.length).toBeGreaterThan(0);
    expect(hex(layout.wrap(parts.clear, unhex("ff")))).not.toContain(hex(parts.secret));
  });
});

/** Bytes as ciphertexts have them, and worse: full of what looks like start codes. */
const sframes = fc
  .array(fc.oneof(fc.constantFrom(0, 0, 0, 1, 2, 3), fc.nat({ max: 255 })), { minLength: 1, maxLength: 60 })
  .map((bytes): Bytes => Uint8Array.from(bytes));

test("H.264: no ciphertext makes a start code or ends in zero", () => {
  const { layout } = mediaCodecs.h264;
  fc.assert(
    fc.property(sframes, (sframe) => {
      const wire = hex(layout.wrap(unhex("0000000141e8"), sframe))
        .match(/../g)!
        .join(" ");
      expect(wire.slice("00 00 00 01 ".length)).not.toMatch(/00 00 0[012]/);
      expect(wire).toMatch(/80$/);
    }),
  );
});

test.each(Object.keys(mediaCodecs) as MediaCodec[])(
  "%s: bytes that are no frame are refused, not thrown at",
  (codec) => {
    const { layout } = mediaCodecs[codec];
    fc.assert(
      fc.property(sframes, (bytes) => {
        expect(() => [layout.split(bytes), layout.unwrap(bytes)]).not.toThrow();
      }),
    );
  },
);

test.each<[MediaCodec, string, string]>([
  ["vp8", "a key frame without its header", "5001"],
  ["h264", "no start code", "6588808400"],
  ["h264", "no slice", `00000001${sps}`],
  ["h264", "a slice that is all head", "0000000165"],
  ["av1", "an OBU that is cut off", "3209aa"],
  ["av1", "the forbidden bit", "b203aabbcc"],
  ["av1", "no frame", sequenceObu],
])("%s: %s is refused", (codec, _what, frame) => {
  expect(mediaCodecs[codec].layout.split(unhex(frame))).toBeNull();
});

test.each<[MediaCodec, string, string]>([
  ["h264", "two slices", "0000000141e880aa800000000141e880bb80"],
  ["h264", "a slice without stop byte", "0000000141e880aa"],
  ["h264", "a SEI unit in clear", `00000001${sei}0000000141e880aa80`],
  ["av1", "two frames", "3201aa3201bb"],
  ["av1", "metadata in clear", "2a01aa3201bb"],
])("%s: from the network, %s is refused", (codec, _what, wire) => {
  expect(mediaCodecs[codec].layout.unwrap(unhex(wire))).toBeNull();
});
