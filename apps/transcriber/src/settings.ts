import { z } from "zod";
import { debianModelFolder } from "./engine/pocketsphinx.ts";

/** What the operator sets, as environment variables: docs/captions.md. The first three are those of every worker. */
const settingsSchema = z.object({
  SOTTO_WORKER_NATS: z
    .string()
    .min(1)
    .transform((servers) => servers.split(",").map((server) => server.trim())),
  SOTTO_WORKER_SEED: z.string().regex(/^SU[A-Z2-7]{56}$/, "is nats.worker of the installation's secrets.json"),
  SOTTO_WORKER_ORIGIN: z.url({ protocol: /^https?$/ }),
  SOTTO_WORKER_CHROMIUM: z.string().min(1).default("/usr/bin/chromium"),
  SOTTO_TRANSCRIBER_ENGINE: z.enum(["pocketsphinx", "sherpa-onnx"]).optional(),
  SOTTO_TRANSCRIBER_MODEL: z.string().min(1).optional(),
  /** People who are heard at the same time, of one meeting. */
  SOTTO_TRANSCRIBER_SPEAKERS: z.coerce.number().int().min(1).max(16).default(3),
  /** Meetings at the same time. */
  SOTTO_TRANSCRIBER_MEETINGS: z.coerce.number().int().min(1).max(64).default(1),
  /** Whether an engine may run where the kernel does not keep it from the network. */
  SOTTO_TRANSCRIBER_ISOLATION: z.enum(["required", "preferred"]).default("required"),
});

export interface Settings {
  readonly nats: readonly string[];
  readonly seed: string;
  readonly origin: string;
  readonly chromium: string;
  readonly engine: "pocketsphinx" | "sherpa-onnx";
  /** Folder of the engine's model; empty where none is named and the engine has no usual place. */
  readonly model: string;
  readonly speakers: number;
  readonly meetings: number;
  readonly isolation: "required" | "preferred";
}

/** Settings that cannot be used. The message says which, and never holds a value. */
export class SettingsError extends Error {
  override readonly name = "SettingsError";
}

/** sherpa-onnx exactly where a model is named, unless it is said otherwise. Throws a {@link SettingsError}. */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  const parsed = settingsSchema.safeParse(environment);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
    throw new SettingsError(`these settings cannot be used:\n  ${problems.join("\n  ")}`);
  }
  const { SOTTO_TRANSCRIBER_ENGINE: named, SOTTO_TRANSCRIBER_MODEL: model, ...rest } = parsed.data;
  const engine = named ?? (model === undefined ? "pocketsphinx" : "sherpa-onnx");
  return {
    nats: rest.SOTTO_WORKER_NATS,
    seed: rest.SOTTO_WORKER_SEED,
    origin: rest.SOTTO_WORKER_ORIGIN,
    chromium: rest.SOTTO_WORKER_CHROMIUM,
    engine,
    model: model ?? (engine === "pocketsphinx" ? debianModelFolder : ""),
    speakers: rest.SOTTO_TRANSCRIBER_SPEAKERS,
    meetings: rest.SOTTO_TRANSCRIBER_MEETINGS,
    isolation: rest.SOTTO_TRANSCRIBER_ISOLATION,
  };
}
