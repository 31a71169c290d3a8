import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { configSchema } from "./configSchema.ts";
import { configurationDocs } from "./configurationDocs.ts";
import { guestsMayOpenMeetings } from "./derived.ts";
import { installationRoot, loadConfig } from "./loadConfig.ts";
import { loadSecrets } from "./loadSecrets.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sotto-config-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const file = (text: string) => {
  const path = join(folder, "sotto.yaml");
  writeFileSync(path, text);
  return path;
};
const defaults = configSchema.parse({});

describe("loadConfig", () => {
  it("needs neither a file nor a variable", () => {
    expect(loadConfig(undefined, {})).toMatchObject({ server: { host: "127.0.0.1", port: 8080 } });
    expect(loadConfig(file(""), {})).toMatchObject({ server: { port: 8080 } });
  });

  it("lets the environment win, and reads DATABASE_URL", () => {
    const path = file("server:\n  port: 1\n  trustProxy: true\ndataDir: d\n");
    const environment = {
      SOTTO_SERVER_PORT: "9000",
      SOTTO_SERVER_TRUST_PROXY: "false",
      SOTTO_SERVER_FRAME_ANCESTORS: "https://a.example, https://b.example",
      SOTTO_SOMETHING_OF_ANOTHER_TOOL: "1",
      DATABASE_URL: "postgres://u@h/d",
    };
    expect(loadConfig(path, environment)).toMatchObject({
      dataDir: join(folder, "d"),
      server: { port: 9000, trustProxy: false, frameAncestors: ["https://a.example", "https://b.example"] },
      database: { url: "postgres://u@h/d" },
    });
  });

  it.each([
    ["server:\n  prot: 1\n", "sotto.yaml:2: server.prot: there is no such setting"],
    ["# comment\nsrever: {}\n", "sotto.yaml:2: srever: there is no such setting"],
    ["server:\n\n  port: abc\n", "sotto.yaml:3: server.port: "],
    ["server: 7\n", "sotto.yaml:1: server: "],
    ["- a\n", "must hold settings"],
    ["server:\n  port: 1\n  port: 2\n", "sotto.yaml:3: "],
    ["api:\n  key: abcd\n", "belong together"],
    ["api:\n  key: abcd\n  secret: short\n", "at least 32 characters"],
    [`api:\n  key: abcd\n  secret: ${"ab".repeat(20)}\n`, "can be guessed"],
    ["api:\n  key: abcd\n  secret: this-is-the-secret-of-my-own-installation\n", "can be guessed"],
    ["nats:\n  url: nats://10.0.0.1:4222\n", "belong together"],
    ["server:\n  publicUrl: ftp://a\n", "server.publicUrl"],
  ])("refuses %j and says what to fix", (text, message) => {
    expect(() => loadConfig(file(text), {})).toThrow(message);
  });

  it("names the variable that is wrong", () => {
    expect(() => loadConfig(undefined, { SOTTO_SERVER_PORT: "http" })).toThrow("SOTTO_SERVER_PORT: ");
    expect(() => loadConfig(undefined, { SOTTO_SERVER_PROT: "1" })).toThrow(
      "SOTTO_SERVER_PROT: there is no such setting",
    );
  });

  it("names a file that is not there", () => {
    expect(() => loadConfig("/nowhere/sotto.yaml", {})).toThrow("/nowhere/sotto.yaml cannot be read");
  });
});

describe("loadSecrets", () => {
  const secretsFile = () => join(folder, "secrets.json");

  it("makes them once, for nobody else to read", () => {
    const made = loadSecrets(folder, defaults);
    expect(statSync(secretsFile()).mode & 0o777).toBe(0o600);
    expect(loadSecrets(folder, defaults)).toEqual(made);
    expect(readdirSync(folder)).toEqual(["secrets.json"]);
    const other = mkdtempSync(join(folder, "other-"));
    expect(loadSecrets(other, defaults).api).not.toEqual(made.api);
  });

  it("refuses a file that others may read", () => {
    loadSecrets(folder, defaults);
    for (const mode of [0o640, 0o604, 0o620]) {
      chmodSync(secretsFile(), mode);
      expect(() => loadSecrets(folder, defaults)).toThrow(`chmod 600 ${secretsFile()}`);
    }
  });

  it("refuses a damaged file without quoting it", () => {
    writeFileSync(secretsFile(), `{"api":{"key":"abc","secret":"do not quote me"}}`, { mode: 0o600 });
    expect(() => loadSecrets(folder, defaults)).toThrow(/damaged/);
    expect(() => loadSecrets(folder, defaults)).not.toThrow(/quote me/);
  });

  it("adds a key for receipts to a file of before there were receipts, and changes nothing else", () => {
    const { receipts, ...older } = loadSecrets(folder, defaults);
    writeFileSync(secretsFile(), JSON.stringify(older), { mode: 0o600 });
    const upgraded = loadSecrets(folder, defaults);
    expect(upgraded).toEqual({ ...older, receipts: { privateKey: expect.any(String) as string } });
    expect(upgraded.receipts).not.toEqual(receipts);
    expect(loadSecrets(folder, defaults)).toEqual(upgraded);
    expect(statSync(secretsFile()).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(["secrets.json"]);
    writeFileSync(secretsFile(), JSON.stringify({ ...older, receipts: { privateKey: "none" } }), { mode: 0o600 });
    expect(() => loadSecrets(folder, defaults)).toThrow(/damaged/);
  });

  it("takes what the configuration names instead", () => {
    const api = { key: "mine", secret: "Xk3u9QpL0sTz8RvB2nMw7YcJ5hGd1aFe" };
    const config = configSchema.parse({ api });
    expect(loadSecrets(folder, config).api).toEqual(api);
  });
});

describe("guestsMayOpenMeetings", () => {
  it("follows the address unless it is said", () => {
    const may = (host: string, mayOpenMeetings?: boolean) =>
      guestsMayOpenMeetings(configSchema.parse({ server: { host }, guests: { mayOpenMeetings } }));
    expect([may("127.0.0.1"), may("localhost"), may("::1"), may("0.0.0.0"), may("10.0.0.1")]).toEqual([
      true,
      true,
      true,
      false,
      false,
    ]);
    expect([may("0.0.0.0", true), may("127.0.0.1", false)]).toEqual([true, false]);
  });
});

it("docs/configuration.md is what the schema says", () => {
  const written = readFileSync(join(installationRoot, "docs", "configuration.md"), "utf8");
  expect(written, "run: npm run docs --workspace @sotto/server").toBe(configurationDocs());
});
