// One job by hand, for tests: `node transcribeOnce.ts ORIGIN CHROMIUM`, with the service token on standard input. Says
// `joined`, and leaves on SIGTERM.
import { text } from "node:stream/consumers";
import { bundlePage } from "../bundlePage.ts";
import { openEngine } from "../engine/openEngine.ts";
import { debianModelFolder } from "../engine/pocketsphinx.ts";
import { transcribe } from "../transcribe.ts";

const [origin = "", executablePath = ""] = process.argv.slice(2);
const stop = new AbortController();
process.once("SIGTERM", () => stop.abort());
await transcribe({
  origin,
  executablePath,
  bundle: await bundlePage(),
  engine: openEngine({ engine: "pocketsphinx", model: debianModelFolder, isolation: "preferred" }),
  atOnce: 2,
  credential: { kind: "token", token: (await text(process.stdin)).trim() },
  signal: stop.signal,
  onJoined: () => Promise.resolve(void process.stdout.write("joined\n")),
  onTrouble: (error, what) => void process.stderr.write(`${what}: ${String(error)}\n`),
});
