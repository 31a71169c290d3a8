import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { installationRoot } from "../../config/loadConfig.ts";
import { openApiDocument } from "./openApiDocument.ts";

// npm run docs --workspace @sotto/server
writeFileSync(join(installationRoot, "docs", "openapi.json"), `${JSON.stringify(openApiDocument(), null, 2)}\n`);
