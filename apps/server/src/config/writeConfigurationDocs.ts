import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { configurationDocs } from "./configurationDocs.ts";
import { installationRoot } from "./loadConfig.ts";

// npm run docs --workspace @sotto/server
writeFileSync(join(installationRoot, "docs", "configuration.md"), configurationDocs());
