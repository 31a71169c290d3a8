import { parseArgs } from "node:util";
import { clientsCommand, ClientsCommandError } from "./clients/clientsCommand.ts";
import { homeClientId } from "./clients/roomScope.ts";
import { ConfigError } from "./config/ConfigError.ts";
import { loadConfig } from "./config/loadConfig.ts";
import { SecretsFile } from "./config/SecretsFile.ts";

// npm run clients -- list|add|rotate|revoke [NAME] [--config FILE]
try {
  const args = process.argv.slice(2);
  const { values } = parseArgs({ args, strict: false, options: { config: { type: "string" } } });
  const config = loadConfig(typeof values.config === "string" ? values.config : undefined, process.env);
  const file = new SecretsFile(config.dataDir);
  const secrets = file.load();
  const { output, changed } = clientsCommand(args, secrets);
  if (changed !== null && changed.api !== secrets.api && config.api.key !== undefined) {
    throw new ClientsCommandError(
      `${homeClientId} has the key and secret of the configuration: change api.secret there`,
    );
  }
  if (changed !== null) file.replace({ ...secrets, ...changed });
  console.log(output);
} catch (error) {
  if (!(error instanceof ClientsCommandError) && !(error instanceof ConfigError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
