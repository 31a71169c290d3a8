import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Inspector } from "../inspect/Inspector.ts";
import { dumpRecords } from "./dumpRecords.ts";

/**
 * Everything that the installation stores anywhere, as one line each: rows of the database, files of the data folders,
 * streams and entries of nats-server, its connections, rooms of the media server.
 */
export async function readStores(dataFolders: readonly string[], inspector: Inspector): Promise<Set<string>> {
  const [records, engines] = await Promise.all([dumpRecords(dataFolders), inspector.look()]);
  return new Set([
    ...records,
    ...dataFolders.flatMap(filesIn),
    ...engines.streams.map(({ account, name }) => `stream ${account} ${name}`),
    ...engines.entries.map(({ bucket, key, value }) => `entry of ${bucket}: ${key} ${value ?? "(marker)"}`),
    ...engines.users.map((user) => `connection ${user}`),
    ...engines.rooms.map(({ json }) => `SFU room ${json}`),
  ]);
}

/** What is there after that was not there before, and the other way round. */
export function differences(before: ReadonlySet<string>, after: ReadonlySet<string>): string[] {
  return [
    ...[...after].filter((line) => !before.has(line)),
    ...[...before].filter((line) => !after.has(line)).map((line) => `no longer: ${line}`),
  ];
}

/** The database's own files are looked at as the rows that they hold. */
function filesIn(folder: string): string[] {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return names
    .filter((name) => name !== "records" && !name.startsWith("records/"))
    .map((name) => {
      const path = join(folder, name);
      if (!statSync(path).isFile()) return `folder ${name}`;
      return `file ${name} ${createHash("sha256").update(readFileSync(path)).digest("hex")}`;
    });
}
