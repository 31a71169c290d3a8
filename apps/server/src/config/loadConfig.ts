import { readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { isMap, isScalar, LineCounter, parseDocument, type Document } from "yaml";
import { ConfigError } from "./ConfigError.ts";
import { configLeaves, type ConfigLeaf } from "./configLeaves.ts";
import { configSchema, type Config } from "./configSchema.ts";

type Environment = Record<string, string | undefined>;

/** A validated configuration in which every path is absolute. */
export type LoadedConfig = Config & {
  dataDir: string;
  webDir: string;
  files: { dir: string };
  recording: { dir: string };
};

/** The root of the installation: the folder that holds apps/, data/ and .sotto/. */
export const installationRoot = resolve(import.meta.dirname, "../../../..");

/**
 * Reads the YAML file (none: all defaults) and the environment, which wins, and validates both against the schema.
 * Throws a ConfigError that names each line or variable to fix. Relative paths count from the file's folder.
 */
export function loadConfig(file: string | undefined, environment: Environment): LoadedConfig {
  const source = file === undefined ? undefined : readYaml(file);
  const values = (source?.document.toJS() ?? {}) as Record<string, unknown>;
  const variables = applyEnvironment(values, environment);
  const parsed = configSchema.safeParse(values);
  if (!parsed.success) {
    const problems = parsed.error.issues.flatMap((issue) => {
      const path = issue.path.map(String);
      if (issue.code !== "unrecognized_keys") return [`${place(path)}: ${issue.message}`];
      return issue.keys.map((key) => `${place([...path, key])}: there is no such setting`);
    });
    throw new ConfigError(`the configuration cannot be used:\n  ${problems.join("\n  ")}`);
  }
  const base = file === undefined ? installationRoot : dirname(resolve(file));
  const { webDir, files, recording } = parsed.data;
  const dataDir =
    parsed.data.dataDir === undefined ? resolve(installationRoot, "data") : resolve(base, parsed.data.dataDir);
  return {
    ...parsed.data,
    dataDir,
    files: { ...files, dir: files.dir === undefined ? join(dataDir, "blobs") : resolve(base, files.dir) },
    recording: {
      ...recording,
      dir: recording.dir === undefined ? join(dataDir, "recordings") : resolve(base, recording.dir),
    },
    webDir: webDir === undefined ? resolve(installationRoot, "apps/web/dist") : resolve(base, webDir),
  };

  function place(path: string[]): string {
    const dotted = path.join(".");
    const variable = variables.get(dotted);
    if (variable !== undefined) return variable;
    const line = source && lineOf(source.document, source.lines, path);
    return line === undefined ? dotted : `${file}:${line}: ${dotted}`;
  }
}

function readYaml(file: string): { document: Document; lines: LineCounter } {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (cause) {
    throw new ConfigError(`the configuration file ${file} cannot be read`, { cause });
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const [error] = document.errors;
  if (error) throw new ConfigError(`${file}:${error.linePos?.[0].line ?? 1}: ${error.message.split("\n")[0]}`);
  if (document.contents !== null && !isMap(document.contents)) {
    throw new ConfigError(`${file}: the file must hold settings, one a line, such as\nserver:\n  port: 8080`);
  }
  return { document, lines };
}

/** The line of the deepest part of `path` that is in the file. */
function lineOf(document: Document, lines: LineCounter, path: string[]): number | undefined {
  let node: unknown = document.contents;
  let line: number | undefined;
  for (const part of path) {
    if (!isMap(node)) break;
    const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === part);
    if (pair === undefined) break;
    const offset = isScalar(pair.key) ? pair.key.range?.[0] : undefined;
    if (offset !== undefined) line = lines.linePos(offset).line;
    node = pair.value;
  }
  return line;
}

/** Writes the variables into `values`; answers which settings came from which variable. */
function applyEnvironment(values: Record<string, unknown>, environment: Environment): Map<string, string> {
  const leaves = configLeaves();
  const known = new Map(leaves.map((leaf) => [leaf.variable, leaf]));
  const sections = [...new Set(leaves.filter(({ path }) => path.length > 1).map(({ path }) => path[0]?.toUpperCase()))];
  const taken = new Map<string, string>();
  for (const [variable, text] of Object.entries(environment)) {
    if (text === undefined || !variable.startsWith("SOTTO_")) continue;
    const leaf = known.get(variable);
    if (leaf !== undefined) take(leaf, variable, text);
    else if (sections.some((section) => variable.startsWith(`SOTTO_${section}_`))) {
      throw new ConfigError(`${variable}: there is no such setting`);
    }
  }
  const databaseUrl = environment["DATABASE_URL"];
  const databaseLeaf = known.get("SOTTO_DATABASE_URL");
  if (databaseUrl && databaseLeaf && !taken.has("database.url")) take(databaseLeaf, "DATABASE_URL", databaseUrl);
  return taken;

  function take(leaf: ConfigLeaf, variable: string, text: string): void {
    taken.set(leaf.path.join("."), variable);
    let target = values;
    for (const part of leaf.path.slice(0, -1)) {
      if (typeof target[part] !== "object" || target[part] === null) target[part] = {};
      target = target[part] as Record<string, unknown>;
    }
    target[leaf.path.at(-1) as string] = fromText(leaf, text);
  }
}

function fromText({ type }: ConfigLeaf, text: string): unknown {
  if (type === "integer" && /^-?\d+$/.test(text)) return Number(text);
  if (type === "boolean" && (text === "true" || text === "false")) return text === "true";
  if (type === "array") return text.split(",").map((part) => part.trim());
  return text;
}
