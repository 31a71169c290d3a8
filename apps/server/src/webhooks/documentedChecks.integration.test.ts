import { execFile, spawnSync } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { WebhookReceiver } from "livekit-server-sdk";
import { afterAll, beforeAll, expect, it } from "vitest";
import { installationRoot } from "../config/loadConfig.ts";
import { signHs256 } from "../platform/jwt/hs256.ts";
import { signWebhook } from "./signWebhook.ts";

/** The programs of docs/webhooks.md, run on what the server sends and on what it does not. */

const api = { key: "a-key", secret: "0123456789abcdef0123456789abcdef" };
const body = JSON.stringify({ event: "participant_joined", id: "1", participant: { name: "Zoë 👋 <&>" } });
const signedWith = (secret: string) => signWebhook(body, { id: "main", key: api.key, secrets: [secret] }).authorization;
const token = signedWith(api.secret);
const [header = "", payload = "", signature = ""] = token.split(".");
const claims = JSON.parse(Buffer.from(payload, "base64url").toString()) as { exp: number };
const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");

/** Body and token. The first is right. */
const cases: [string, string][] = [
  [body, token],
  [body.replace("Zoë", "Eve"), token],
  [`${body} `, token],
  [body, signedWith(api.secret.toUpperCase())],
  [body, signHs256({ ...claims, exp: Math.floor(Date.now() / 1000) - 60 }, api.secret)],
  [body, signHs256({ iss: api.key, exp: claims.exp }, api.secret)],
  [body, `${encode({ alg: "none" })}.${payload}.`],
  [body, `${header}.${payload}.${signature.slice(0, -4)}AAAA`],
  [body, `${header}.${payload}`],
  [body, ""],
];

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sotto-webhook-docs-"));
  await writeFile(join(folder, "cases.json"), JSON.stringify(cases));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function documented(language: string): Promise<string> {
  const text = await readFile(join(installationRoot, "docs", "webhooks.md"), "utf8");
  const blocks = [...text.matchAll(/^```(\w+)\n([^]*?)^```$/gm)].filter(([, name]) => name === language);
  const code = blocks.map(([, , block]) => block).find((block) => /verify/i.test(block ?? ""));
  if (code === undefined) throw new Error(`docs/webhooks.md has no code in ${language}`);
  return code;
}

const right = cases.map((_, index) => (index === 0 ? "Zoë 👋 <&>" : ""));

/** What a program prints: for each case, the name that it read or nothing. */
async function verdicts(program: string, args: string[], environment: Record<string, string> = {}): Promise<unknown> {
  const env = { ...process.env, SECRET: api.secret, ...environment };
  const { stdout } = await promisify(execFile)(program, args, { cwd: folder, env });
  return JSON.parse(stdout);
}

const has = (program: string, argument: string) => spawnSync(program, [argument]).status === 0;

it("in JavaScript tells what is from Sotto", async () => {
  const caller = `
import { readFileSync } from "node:fs";
const cases = JSON.parse(readFileSync("cases.json", "utf8"));
const names = cases.map(([body, token]) => verifyWebhook(body, token, process.env.SECRET)?.participant.name ?? "");
console.log(JSON.stringify(names));
`;
  await writeFile(join(folder, "check.mjs"), (await documented("js")) + caller);
  expect(await verdicts(process.execPath, ["check.mjs"])).toEqual(right);
});

it.skipIf(!has("python3", "--version"))("in Python tells what is from Sotto", async () => {
  const caller = `
import os
with open("cases.json", encoding="utf-8") as file:
    cases = json.load(file)
events = [verify_webhook(body.encode(), token, os.environ["SECRET"]) for body, token in cases]
print(json.dumps([event["participant"]["name"] if event else "" for event in events]))
`;
  await writeFile(join(folder, "check.py"), (await documented("python")) + caller);
  expect(await verdicts("python3", ["check.py"])).toEqual(right);
});

it.skipIf(!has("go", "version"))(
  "in Go tells what is from Sotto",
  async () => {
    const caller = `package main

import (
	"encoding/json"
	"os"
	"sotto/webhook"
)

func main() {
	text, _ := os.ReadFile("cases.json")
	var cases [][2]string
	if err := json.Unmarshal(text, &cases); err != nil {
		panic(err)
	}
	names := []string{}
	for _, each := range cases {
		name := ""
		if event := webhook.Verify([]byte(each[0]), each[1], os.Getenv("SECRET")); event != nil {
			name = event["participant"].(map[string]any)["name"].(string)
		}
		names = append(names, name)
	}
	json.NewEncoder(os.Stdout).Encode(names)
}
`;
    await mkdir(join(folder, "webhook"));
    await writeFile(join(folder, "go.mod"), "module sotto\n\ngo 1.21\n");
    await writeFile(join(folder, "webhook", "verify.go"), await documented("go"));
    await writeFile(join(folder, "main.go"), caller);
    expect(await verdicts("go", ["run", "."], { GOFLAGS: "-mod=mod", GOTOOLCHAIN: "local" })).toEqual(right);
  },
  120_000,
);

it("LiveKit's own SDK tells it too", async () => {
  const receiver = new WebhookReceiver(api.key, api.secret);
  const names = cases.map(async ([text, sent]) => {
    const event = await receiver.receive(text, sent).catch(() => null);
    return event?.participant?.name ?? "";
  });
  expect(await Promise.all(names)).toEqual(right);
});
