import { printJson, printTable, type Report } from "./Report.ts";

/** Each bench boots what it needs, measures both sides in one run, and stops what it started. */
const benches = new Map<string, () => Promise<Report>>([
  ["join", async () => (await import("./benches/join.ts")).benchJoin()],
  ["e2ee", async () => (await import("./benches/e2ee.ts")).benchE2ee()],
  ["chat", async () => (await import("./benches/chat.ts")).benchChat()],
  ["reconnect", async () => (await import("./benches/reconnect.ts")).benchReconnect()],
  ["api", async () => (await import("./benches/api.ts")).benchApi()],
  ["admission", async () => (await import("./benches/admission.ts")).benchAdmission()],
]);

const args = process.argv.slice(2);
const json = args.includes("--json");
const names = args.filter((argument) => !argument.startsWith("--"));
const unknown = names.filter((name) => !benches.has(name));
if (names.length === 0 || unknown.length > 0) {
  if (unknown.length > 0) console.error(`There is no bench called ${unknown.join(", ")}.`);
  console.error(
    `Usage: npm run bench -- NAME [NAME ...] [--json]   with NAME one of: ${[...benches.keys()].join(", ")}`,
  );
  process.exit(2);
}
for (const name of names) {
  const report = await benches.get(name)?.();
  if (report) (json ? printJson : printTable)(report);
}
