import { concat, type Bytes } from "../../keys/encoding.ts";
import { escapeNalBytes, joinNalUnits, splitNalUnits, unescapeNalBytes } from "./annexB.ts";
import type { FrameLayout } from "./FrameLayout.ts";

const nonIdrSlice = 1;
const idrSlice = 5;
const sequenceParameters = 7;
const pictureParameters = 8;

/** Ends the last NAL unit, which must not end in a zero byte. */
const stopByte = 0x80;

/**
 * H.264. Depacketisers want the parameter sets and the head of the first slice (its type, and which picture parameters
 * it names), so these travel in clear:
 *
 *     SPS, PPS (key frames) | one slice unit: head of the frame's first slice ‖ escaped SFrame ‖ 0x80
 *
 * Everything but the parameter sets is inside the SFrame ciphertext, complete, all slices and SEI units included.
 */
export const h264Layout: FrameLayout = {
  split(frame) {
    const units = splitNalUnits(frame);
    const slice = units?.find(isSlice);
    const head = slice && sliceHead(slice);
    if (!units || !head) return null;
    const parameters = units.filter(isParameterSet);
    return {
      clear: joinNalUnits([...parameters, head]),
      secret: joinNalUnits(units.filter((unit) => !isParameterSet(unit))),
    };
  },
  wrap: (clear, sframe) => concat(clear, escapeNalBytes(sframe, clear), Uint8Array.of(stopByte)),
  unwrap(wire) {
    const units = splitNalUnits(wire);
    const slice = units?.pop();
    if (!units || !slice || !isSlice(slice) || !units.every(isParameterSet)) return null;
    const head = sliceHead(slice);
    if (!head || slice.length === head.length || slice.at(-1) !== stopByte) return null;
    const sframe = unescapeNalBytes(slice.subarray(head.length, -1), head);
    return { clear: joinNalUnits([...units, head]), sframe, lead: joinNalUnits(units) };
  },
};

function unitType(unit: Uint8Array): number {
  return (unit[0] ?? 0) & 0x1f;
}

function isParameterSet(unit: Uint8Array): boolean {
  return unitType(unit) === sequenceParameters || unitType(unit) === pictureParameters;
}

function isSlice(unit: Uint8Array): boolean {
  return unitType(unit) === nonIdrSlice || unitType(unit) === idrSlice;
}

/**
 * The unit's first bytes up to the one that ends `pic_parameter_set_id`: section 7.3.3 begins with three Exp-Golomb
 * codes. Null when the unit is too short or a code too long.
 */
function sliceHead(unit: Bytes): Bytes | null {
  let position = 0;
  let bit = 7;
  let zeros = 0;

  function nextBit(): number | null {
    if (bit === 7) {
      zeros = unit[position] === 0 ? zeros + 1 : 0;
      position++;
      if (zeros >= 2 && unit[position] === 3) {
        position++;
        zeros = 0;
      }
    }
    const byte = unit[position];
    if (byte === undefined) return null;
    const value = (byte >> bit) & 1;
    bit = bit === 0 ? 7 : bit - 1;
    return value;
  }

  for (let code = 0; code < 3; code++) {
    let leadingZeros = 0;
    for (let value = nextBit(); value !== 1; value = nextBit()) {
      if (value === null || ++leadingZeros > 31) return null;
    }
    for (let rest = leadingZeros; rest > 0; rest--) if (nextBit() === null) return null;
  }
  return unit.slice(0, position + 1);
}
