import type { Config } from "./configSchema.ts";
import type { Secrets } from "./Secrets.ts";
import { SecretsFile } from "./SecretsFile.ts";

/**
 * Reads `<dataDir>/secrets.json`, making it on the first run. Keys named in the configuration replace those of the
 * file. Throws a ConfigError if others may read the file or if it is damaged.
 */
export function loadSecrets(dataDir: string, { api, livekit }: Pick<Config, "api" | "livekit">): Secrets {
  const secrets = new SecretsFile(dataDir).load();
  return {
    ...secrets,
    api: api.key !== undefined && api.secret !== undefined ? configured(api.key, api.secret, api) : secrets.api,
    livekit:
      livekit.key !== undefined && livekit.secret !== undefined
        ? { key: livekit.key, secret: livekit.secret }
        : secrets.livekit,
  };
}

function configured(key: string, secret: string, { previousSecret }: Config["api"]): Secrets["api"] {
  return { key, secret, ...(previousSecret !== undefined && { previousSecret }) };
}
