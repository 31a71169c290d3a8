import { parseArgs } from "node:util";
import type { Installation } from "./Installation.ts";
import { startOwnInstallation } from "./ownInstallation.ts";
import type { Proof } from "./Proof.ts";
import { p1 } from "./promises/P1.ts";
import { p2 } from "./promises/P2.ts";
import { p3 } from "./promises/P3.ts";
import { p4 } from "./promises/P4.ts";
import { p5 } from "./promises/P5.ts";
import { p6 } from "./promises/P6.ts";
import { p7 } from "./promises/P7.ts";
import { p8 } from "./promises/P8.ts";
import { p9 } from "./promises/P9.ts";
import { p10 } from "./promises/P10.ts";
import { openRunningInstallation } from "./runningInstallation.ts";
import { runProofs } from "./runProofs.ts";

const proofs: readonly Proof[] = [p1, p2, p3, p4, p5, p6, p7, p8, p9, p10];

const usage = `npm run proof -- [PROMISE ...] [options]

Tries the promises of Sotto, or the named ones (${proofs.map(({ promise }) => promise).join(", ")}), on an installation that is started for it,
or on a running one. Exit code: 0 if everything that could be tried holds, 1 if something is broken, 2 for a wrong call.

  --url ORIGIN         a running installation, such as https://meet.example.org
  --data FOLDER        its data folder; may be given again for other folders it writes to (Postgres's, say)
  --log FILE           a file with its logs; may be given again
  --second-url ORIGIN  another control plane of the same installation
  --help               this text

API key and secret come from SOTTO_API_KEY and SOTTO_API_SECRET, else from the data folder.`;

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        url: { type: "string" },
        data: { type: "string", multiple: true, default: [] },
        log: { type: "string", multiple: true, default: [] },
        "second-url": { type: "string" },
        help: { type: "boolean", default: false },
      },
    });
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
}

function refuse(reason: string): never {
  console.error(`${reason}\n\n${usage}`);
  process.exit(2);
}

const { values, positionals } = readArguments();
if (values.help) {
  console.log(usage);
  process.exit(0);
}
const names = positionals.map((name) => name.toUpperCase());
const unknown = names.filter((name) => !proofs.some(({ promise }) => promise === name));
if (unknown.length > 0) refuse(`There is no proof of ${unknown.join(", ")}.`);
const chosen = names.length === 0 ? proofs : proofs.filter(({ promise }) => names.includes(promise));

async function open(): Promise<Installation & AsyncDisposable> {
  if (values.url === undefined) return startOwnInstallation();
  return openRunningInstallation({
    url: values.url,
    secondUrl: values["second-url"],
    dataFolders: values.data,
    logFiles: values.log,
    apiKey: process.env["SOTTO_API_KEY"],
    apiSecret: process.env["SOTTO_API_SECRET"],
  });
}

{
  await using installation = await open();
  const notShown = await runProofs(chosen, installation, (line) => console.log(line));
  process.exitCode = notShown === 0 ? 0 : 1;
}
