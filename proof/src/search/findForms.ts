import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Form } from "./secretForms.ts";

/** Names of the forms that occur in the bytes or the text. */
export function findForms(haystack: Buffer | string, forms: readonly Form[]): string[] {
  const bytes = typeof haystack === "string" ? Buffer.from(haystack) : haystack;
  return forms.filter((form) => bytes.includes(form.bytes)).map(({ name }) => name);
}

/** What a search through folders came to. */
export interface FolderSearch {
  files: number;
  sizeBytes: number;
  /** `file: form` of every place where something was found. */
  found: string[];
}

/** Searches every file of the folders, names included. A file that disappears meanwhile holds nothing any more. */
export function searchFolders(folders: readonly string[], forms: readonly Form[]): FolderSearch {
  const search: FolderSearch = { files: 0, sizeBytes: 0, found: [] };
  for (const folder of folders) {
    for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
      const content = readIfFile(join(folder, name));
      if (content === null) continue;
      search.files += 1;
      search.sizeBytes += content.length;
      for (const form of [...findForms(name, forms), ...findForms(content, forms)])
        search.found.push(`${name}: ${form}`);
    }
  }
  return search;
}

function readIfFile(path: string): Buffer | null {
  try {
    return statSync(path).isFile() ? readFileSync(path) : null;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}

export function describeSearch({ files, sizeBytes, found }: FolderSearch): string {
  const where = found.length === 0 ? "not found" : `found in ${found.slice(0, 3).join("; ")}`;
  return `${where} in ${files} files, ${(sizeBytes / 1_048_576).toFixed(1)} MiB`;
}
