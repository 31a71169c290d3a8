import { computeVector } from "./computeVector.ts";

/** The page's entry: `vectors.e2e.test.ts` bundles it and calls it in Chromium. */
declare global {
  var sottoVectors: { computeVector: typeof computeVector };
}

globalThis.sottoVectors = { computeVector };
