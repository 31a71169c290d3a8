import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = resolve(import.meta.dirname, "..");

/** A tree with our lint configuration and nothing else: each case writes the files it is about. */
let tree = "";
beforeAll(() => {
  tree = mkdtempSync(join(tmpdir(), "sotto-boundaries-"));
  cpSync(join(root, ".oxlintrc.json"), join(tree, ".oxlintrc.json"));
  cpSync(join(root, "tools/lint"), join(tree, "tools/lint"), { recursive: true });
});
afterAll(() => rmSync(tree, { recursive: true, force: true }));

/** Lints `files` as `npm run lint` does; returns `path: rule` of each finding. */
function lint(files: Record<string, string>): { status: number | null; findings: string[]; messages: string[] } {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(tree, path)), { recursive: true });
    writeFileSync(join(tree, path), text);
  }
  const { status, stdout } = spawnSync("oxlint", ["--deny-warnings", "--format=json", ...Object.keys(files)], {
    cwd: tree,
    encoding: "utf8",
    env: { ...process.env, PATH: `${join(root, "node_modules/.bin")}${delimiter}${process.env.PATH}` },
  });
  for (const path of Object.keys(files)) rmSync(join(tree, path));
  const { diagnostics } = JSON.parse(stdout) as { diagnostics: { code: string; message: string; filename: string }[] };
  return {
    status,
    findings: diagnostics.map(({ code, filename }) => `${filename}: ${code}`),
    messages: diagnostics.map(({ message }) => message),
  };
}

const arrows = "sotto(arrows)";

describe("the server cannot reach e2ee", () => {
  it.each([
    ["a static import", `import { SessionKeys } from "@sotto/e2ee";\nexport const keys = SessionKeys;\n`],
    ["an entry point", `import { SessionKeys } from "@sotto/e2ee/worker";\nexport const keys = SessionKeys;\n`],
    ["a type", `import type { SessionKeys } from "@sotto/e2ee";\nexport type Keys = SessionKeys;\n`],
    ["an inline type", `export type Keys = import("@sotto/e2ee").SessionKeys;\n`],
    ["a dynamic import", `export const keys = () => import("@sotto/e2ee");\n`],
    ["a re-export", `export { SessionKeys } from "@sotto/e2ee";\n`],
    ["a star re-export", `export * from "@sotto/e2ee";\n`],
    ["an address", `export const url = new URL("../../../packages/e2ee/src/index.ts", import.meta.url);\n`],
    ["a resolved address", `export const url = import.meta.resolve("@sotto/e2ee");\n`],
    [
      "a path",
      `import { SessionKeys } from "../../../packages/e2ee/src/index.ts";\nexport const keys = SessionKeys;\n`,
    ],
    ["the client, which holds it", `import { Meeting } from "@sotto/client";\nexport const meeting = Meeting;\n`],
  ])("%s", (_, text) => {
    const { status, findings } = lint({ "apps/server/src/join.ts": text });
    expect(findings).toContain(`apps/server/src/join.ts: ${arrows}`);
    expect(status).toBe(1);
  });

  it("and a test of the server neither", () => {
    const text = `import { SessionKeys } from "@sotto/e2ee";\nexport const keys = SessionKeys;\n`;
    expect(lint({ "apps/server/src/join.integration.test.ts": text }).findings).toHaveLength(1);
  });

  it("while the allowed arrow passes", () => {
    const text = `import { parseId } from "@sotto/protocol";\nexport const id = parseId;\n`;
    expect(lint({ "apps/server/src/join.ts": text })).toEqual({ status: 0, findings: [], messages: [] });
  });
});

describe("packages", () => {
  it.each([
    ["packages/protocol/src/a.ts", "@sotto/e2ee"],
    ["packages/e2ee/src/a.ts", "@sotto/protocol"],
    ["packages/client/src/a.ts", "@sotto/server"],
    ["apps/web/src/a.ts", "@sotto/e2ee"],
    ["apps/web/src/a.ts", "@sotto/dev-env"],
    ["packages/dev-env/src/a.ts", "@sotto/server"],
  ])("%s may not import %s", (path, name) => {
    expect(lint({ [path]: `export { a } from "${name}";\n` }).findings).toEqual([`${path}: ${arrows}`]);
  });

  it.each([
    ["packages/client/src/a.ts", "@sotto/e2ee"],
    ["apps/web/src/a.ts", "@sotto/e2ee/worker?worker&url"],
    ["apps/web/src/a.view.test.ts", "@sotto/dev-env"],
    ["proof/src/a.ts", "@sotto/e2ee"],
  ])("%s may import %s", (path, name) => {
    expect(lint({ [path]: `export { a } from "${name}";\n` }).findings).toEqual([]);
  });
});

describe.each(["apps/server", "apps/web"])("features of %s", (app) => {
  const feature = `${app}/src/features/chat/ChatService.ts`;

  it.each(["../rooms/RoomService.ts", "./../rooms/RoomService.ts", "../../features/rooms/RoomService.ts"])(
    "do not import a sibling as %s",
    (specifier) => {
      const { status, findings, messages } = lint({ [feature]: `export { rooms } from "${specifier}";\n` });
      expect(findings).toEqual([`${feature}: ${arrows}`]);
      expect(messages[0]).toContain("Features never import each other");
      expect(status).toBe(1);
    },
  );

  it("import themselves and what is below", () => {
    const path = `${app}/src/features/chat/view/ChatView.ts`;
    expect(
      lint({ [path]: `export { a } from "../a.ts";\nexport { b } from "../../../platform/b.ts";\n` }).findings,
    ).toEqual([]);
  });

  it("are put together by the application only", () => {
    const text = (path: string) => `export { a } from "${path}/features/chat/a.ts";\n`;
    expect(lint({ [`${app}/src/app.ts`]: text(".") }).findings).toEqual([]);
    expect(lint({ [`${app}/src/platform/a.ts`]: text("..") }).findings).toEqual([
      `${app}/src/platform/a.ts: ${arrows}`,
    ]);
  });
});

it("a cycle fails", () => {
  const { status, findings } = lint({
    "packages/protocol/src/a.ts": `import { b } from "./b.ts";\nexport const a = () => b;\n`,
    "packages/protocol/src/b.ts": `import { a } from "./a.ts";\nexport const b = () => a;\n`,
  });
  expect(findings).toContain("packages/protocol/src/a.ts: import(no-cycle)");
  expect(status).toBe(1);
});
