import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { computeVector } from "./computeVector.ts";
import type { VectorFile } from "./vectorFile.ts";

const path = new URL("../../../../test-vectors/key-schedule-v1.json", import.meta.url);
const file = JSON.parse(readFileSync(path, "utf8")) as VectorFile;

test("the file holds all 22 vectors of key schedule v1", () => {
  expect(file.version).toBe("sotto/v1");
  expect(file.vectors).toHaveLength(22);
});

test.each(file.vectors)("$name", async (vector) => {
  expect(await computeVector(vector, file)).toEqual(vector.out);
});

test("a vector that no check knows fails instead of being skipped", async () => {
  await expect(computeVector({ name: "unheard of", inputs: {}, out: {} }, file)).rejects.toThrow("no check");
});
