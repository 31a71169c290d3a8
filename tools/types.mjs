// Type-checks the root (tools, configuration) and every workspace; each has a tsconfig of its own because each sees other
// globals (DOM, Node, neither).
import { spawnSync } from "node:child_process";
import { existsSync, globSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "..");
/** @type {{ workspaces: string[] }} */
const { workspaces } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
let failed = false;
for (const folder of [".", ...globSync(workspaces, { cwd: root })]) {
  const project = join(root, folder, "tsconfig.json");
  if (!existsSync(project)) continue;
  const { status } = spawnSync("tsc", ["-p", project], { cwd: root, stdio: "inherit" });
  failed ||= status !== 0;
}
process.exit(failed ? 1 : 0);
