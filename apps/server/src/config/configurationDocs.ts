import { configLeaves, type ConfigLeaf } from "./configLeaves.ts";

const head = `# Configuration

<!-- Made from apps/server/src/config/configSchema.ts by: npm run docs --workspace @sotto/server. Do not edit.. -->

Everything has a default: without a file, \`npm start\` serves this machine only. Settings stand in one YAML file
(\`npm start -- --config sotto.yaml\`), or in environment variables, which win. A setting that does not exist, or a secret
that can be guessed, is refused at start with the line to fix. Relative paths count from the file's folder.

\`\`\`yaml
server:
  host: 0.0.0.0
  publicUrl: https://meet.example.org
  trustProxy: true
guests:
  mayOpenMeetings: false
\`\`\`

Secrets are not configured but made on the first start, in \`secrets.json\` in the data folder (mode 0600): API key and
secret, the SFU's key and secret, the keys of the control plane's connections to nats-server, the key that signs data
receipts, and the secret of download tokens. \`npm run clients\` adds API clients to it. Several control-plane nodes that share
engines need the same file.
`;

/** The text of `docs/configuration.md`. */
export function configurationDocs(): string {
  const sections = Map.groupBy(configLeaves(), ({ path }) => (path.length > 1 ? (path[0] ?? "") : "General"));
  return [head, ...[...sections].map(([title, leaves]) => section(title, leaves))].join("\n");
}

function section(title: string, leaves: ConfigLeaf[]): string {
  return `## ${title}\n\n${leaves.map(entry).join("\n")}\n`;
}

function entry({ path, variable, type, fallback, description }: ConfigLeaf): string {
  const isEmpty = fallback === undefined || (Array.isArray(fallback) && fallback.length === 0);
  const facts = [
    `\`${variable}\``,
    type,
    ...(isEmpty ? [] : [`default \`${JSON.stringify(fallback).replaceAll('"', "")}\``]),
  ];
  return `- **\`${path.join(".")}\`** (${facts.join(", ")}): ${description}`;
}
