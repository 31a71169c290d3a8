import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { parse } from "yaml";
import { z } from "zod";

/** What a recorder has to know. Every setting may also be a variable: `atOnce` is `SOTTO_WORKER_AT_ONCE`. */
const recorderConfigSchema = z.strictObject({
  /** `host:port`, or `nats://` and `tls://` addresses; several with commas between them. */
  nats: z
    .string()
    .min(1)
    .transform((servers) => servers.split(",").map((server) => server.trim())),
  /** `nats.worker` of the installation's secrets. */
  seed: z.string().regex(/^SU[A-Z2-7]{56}$/, "is nats.worker of the installation's secrets.json"),
  /** Where a browser finds the installation. */
  origin: z.url({ protocol: /^https?$/ }),
  /** The installation's folder of recordings, as it is mounted here. */
  dir: z.string().min(1),
  atOnce: z.coerce.number().int().min(1).max(64).default(2),
  chromium: z.string().default("/usr/bin/chromium"),
  ffmpeg: z.string().default("ffmpeg"),
  /** Of age: recordings are encrypted to it before anything is written. */
  ageRecipient: z
    .string()
    .regex(/^age1[0-9a-z]{20,4000}$/, "must be an age recipient")
    .optional(),
  logLevel: z.enum(["silent", "error", "warn", "info", "debug"]).default("info"),
});
export type RecorderConfig = z.infer<typeof recorderConfigSchema>;

/** A configuration that cannot be used; the message says which setting, never its value. */
export class RecorderConfigError extends Error {
  override readonly name = "RecorderConfigError";
}

/** Reads the file (none: variables only) and the environment, which wins. A relative `dir` counts from the file's folder. */
export function loadRecorderConfig(
  file: string | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): RecorderConfig {
  const values = file === undefined ? {} : readYaml(file);
  for (const key of Object.keys(recorderConfigSchema.shape)) {
    const given = environment[variableOf(key)];
    if (given !== undefined) values[key] = given;
  }
  const parsed = recorderConfigSchema.safeParse(values);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(
      ({ path, message }) => `${path.join(".")} (${variableOf(path.join("."))}): ${message}`,
    );
    throw new RecorderConfigError(`the configuration of the recorder cannot be used:\n  ${problems.join("\n  ")}`);
  }
  return { ...parsed.data, dir: resolve(file === undefined ? "." : dirname(resolve(file)), parsed.data.dir) };
}

function readYaml(file: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = parse(readFileSync(file, "utf8"));
  } catch (cause) {
    throw new RecorderConfigError(`${file} cannot be read as YAML`, { cause });
  }
  if (typeof value !== "object" || value === null) throw new RecorderConfigError(`${file} must hold settings`);
  return { ...value };
}

function variableOf(key: string): string {
  return `SOTTO_WORKER_${key.replaceAll(/([A-Z])/g, "_$1").toUpperCase()}`;
}
