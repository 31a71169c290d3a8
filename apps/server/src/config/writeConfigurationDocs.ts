import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { configurationDocs } from "./configurationDocs.ts";
import { installationRoot } from "./loadConfig.ts";

// node apps/server/src/config/writeConfigurationDocs.ts
writeFileSync(join(installationRoot, "docs", "configuration.md"), configurationDocs());
