import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { searchFolders } from "./findForms.ts";
import { secretForms, textForms } from "./secretForms.ts";

const secret = createHash("sha256").update("secret").digest();
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sotto-search-"));
  mkdirSync(join(folder, "deep"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** As it would be in a page of a database: somewhere in the middle of other bytes. */
function plant(content: Buffer | string): void {
  const noise = createHash("sha512").update("noise").digest();
  writeFileSync(join(folder, "deep", "file"), Buffer.concat([noise, Buffer.from(content as string), noise]));
}

test.each([
  ["bytes", secret],
  ["base64url", secret.toString("base64url")],
  ["base64", secret.toString("base64")],
  ["hex", secret.toString("hex")],
  ["HEX", secret.toString("hex").toUpperCase()],
  ...["", "x", "xy"].flatMap((before) => [
    [
      `bytes inside base64 after ${before.length} bytes`,
      Buffer.concat([Buffer.from(before), secret]).toString("base64"),
    ],
    [
      `text inside a token after ${before.length} bytes`,
      Buffer.from(`${before}${secret.toString("base64url")}"}`).toString("base64url"),
    ],
  ]),
] as [string, Buffer | string][])("a planted secret is found: %s", (_, content) => {
  plant(content);
  expect(searchFolders([folder], secretForms(secret)).found).not.toEqual([]);
});

test("a text is found, a name of a file too, and what is not there is not", () => {
  plant("only this");
  writeFileSync(join(folder, "named"), "");
  expect(searchFolders([folder], textForms("only this")).found).toEqual([join("deep", "file: text")]);
  expect(searchFolders([folder], textForms("named")).found).toEqual(["named: text"]);
  expect(searchFolders([folder], secretForms(secret))).toMatchObject({ files: 2, found: [] });
});
