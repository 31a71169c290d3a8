import { E2eeError } from "../E2eeError.ts";

const smallestPaddedBytes = 4096;

/**
 * The length a file is padded to: Padmé of at least 4096 (Nikitin et al., PURBs, 2019). Leaks O(log log length) bits
 * and adds at most 12 %.
 *
 * @param length bytes of the file
 * @throws {E2eeError} `input_invalid` unless it is a whole number from 0 up
 */
export function padmeLength(length: number): number {
  if (!Number.isSafeInteger(length) || length < 0) throw E2eeError.inputInvalid("not the length of a file");
  const atLeast = Math.max(length, smallestPaddedBytes);
  const exponent = atLeast.toString(2).length - 1;
  const significantBits = exponent.toString(2).length;
  const step = 2 ** (exponent - significantBits);
  return Math.ceil(atLeast / step) * step;
}
