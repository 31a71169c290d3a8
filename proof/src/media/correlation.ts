import type { Loudness } from "./inPage.ts";

/** Pearson's r of two series of the same length, -1 to 1; 0 where one of them never changes, such as silence. */
export function correlation(a: readonly number[], b: readonly number[]): number {
  if (a.length !== b.length || a.length === 0)
    throw new Error("two series of the same length correlate, others do not");
  const meanA = mean(a);
  const meanB = mean(b);
  let products = 0;
  let squaresA = 0;
  let squaresB = 0;
  for (const [index, value] of a.entries()) {
    const deviationA = value - meanA;
    const deviationB = (b[index] ?? 0) - meanB;
    products += deviationA * deviationB;
    squaresA += deviationA * deviationA;
    squaresB += deviationB * deviationB;
  }
  return squaresA === 0 || squaresB === 0 ? 0 : products / Math.sqrt(squaresA * squaresB);
}

/** How much a picture resembles the one of `originals` that it resembles most. */
export function resemblance(picture: readonly number[], originals: readonly (readonly number[])[]): number {
  return Math.max(...originals.map((original) => Math.abs(correlation(picture, original))));
}

const binMs = 40;
const maxDelayMs = 1_500;
const delayStepMs = 20;
/** Buffers grow and shrink while somebody listens, but hardly within this time. */
const windowMs = 2_400;
/** Every other piece of this length is kept apart. */
const foldMs = 400;
const minBinsOfFold = 15;

/**
 * How much a sound resembles another one that was delayed by a network and its buffers, by now more and by now less. In
 * each window the delay is found on one half of the sound and judged on the other, and the other way round, so that
 * trying many delays makes nothing out of noise: what is left of noise is 0 on average.
 */
export function envelopeResemblance(said: Loudness, heard: Loudness): number {
  const [first] = heard.timesMs;
  if (first === undefined) return 0;
  const heardBins = binned(heard, first);
  const delayed = Array.from({ length: maxDelayMs / delayStepMs }, (_, step) =>
    binned(said, first - step * delayStepMs),
  );
  const windows = Math.ceil(((heard.timesMs.at(-1) ?? first) - first) / windowMs);
  const judged: number[] = [];
  for (let window = 0; window < windows; window++) {
    const found = delayed.map((saidBins) => [0, 1].map((fold) => correlationOfFold(saidBins, heardBins, window, fold)));
    for (const fold of [0, 1]) {
      const best = found.reduce((a, b) => ((b[1 - fold] ?? -1) > (a[1 - fold] ?? -1) ? b : a));
      const r = best[fold];
      if (r !== null && r !== undefined) judged.push(r);
    }
  }
  return judged.length === 0 ? 0 : Math.abs(mean(judged));
}

/** Mean loudness by the number of the bin, counted from `originMs`. */
function binned({ timesMs, values }: Loudness, originMs: number): Map<number, number> {
  const pieces = new Map<number, number[]>();
  for (const [index, timeMs] of timesMs.entries()) {
    const bin = Math.floor((timeMs - originMs) / binMs);
    pieces.set(bin, [...(pieces.get(bin) ?? []), values[index] ?? 0]);
  }
  return new Map([...pieces].map(([bin, inBin]) => [bin, mean(inBin)]));
}

/** Null where too little was said or heard. */
function correlationOfFold(
  a: Map<number, number>,
  b: Map<number, number>,
  window: number,
  fold: number,
): number | null {
  const first = (window * windowMs) / binMs;
  const bins = Array.from({ length: windowMs / binMs }, (_, index) => first + index).filter(
    (bin) => a.has(bin) && b.has(bin) && Math.floor((bin * binMs) / foldMs) % 2 === fold,
  );
  if (bins.length < minBinsOfFold) return null;
  return correlation(
    bins.map((bin) => a.get(bin) ?? 0),
    bins.map((bin) => b.get(bin) ?? 0),
  );
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
